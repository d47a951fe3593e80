"""The layouts of the forms and letters: drawn once as data, painted as docx and as odt.

- `model`: Paragraph, Table, Row, Cell, Page, Layout; `cells` and `blocks`: the pieces that forms share
- `paragraph_styles`: every style that a paragraph may name
- `form_*`, `certificate`, ...: the layouts; `registry` finds them
- `wordml`, `word_styles`, `word_package`: the painter for docx
- `odf`, `odf_styles`, `odf_package`: the painter for odt
"""
