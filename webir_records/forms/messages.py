"""Texts for people by code: what is wrong, what was expected, what was found, what to do.

F101-F119 the file and its header; F12x-F16x values and rows; F17x warnings; F2xx forms and settings;
F3xx documents and PDF; X1xx what the machine lacks.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        # the file
        "F101": "There is no file {path}. Check the name and the folder.",
        "F102": (
            "{path}: a file of the kind {got} cannot be read; expected one of {expected}. Save it as xlsx."
        ),
        "F193": "{path} is a folder. Name one file: {expected}.",
        "F194": "{path} has no ending that tells what it is; expected one of {expected}. Name it as it is.",
        "F103": (
            "{path} is damaged or not what its name says. Open it in Excel or LibreOffice and save it again "
            "as xlsx."
        ),
        "F104": "{path} is protected by a password. Save a copy without a password, and delete it after use.",
        "F105": "{path} is empty. Choose the file that has the data.",
        "F106": (
            "{path}, line {line}: the text is in no known encoding; expected {expected}. Save it in UTF-8 "
            "(in Excel: 'CSV UTF-8') or as xlsx."
        ),
        "F107": "{path} is too large: {got} bytes, at most {expected}. Split it by month or unit.",
        "F108": "{path} has too many rows: {got}, at most {expected}. Split it by month or unit.",
        "F109": "{path}, place {place}: this is not JSON. Correct it there.",
        "F110": "{path}, item {number}: expected an object of fields and values. Correct the JSON file.",
        "F111": (
            "{path} cannot be read: {problem}. Close other programs that use it and check the permissions."
        ),
        "F112": "{column}: a single value was expected, not a list, object or yes/no. Correct the value.",
        "F113": (
            "Column {column} is missing in the header (row {row}), and the form needs it. Add it; it may "
            "also be called {aliases}."
        ),
        "F114": (
            "{path}: no row looks like a header; expected columns such as {expected}. Start from the blank "
            "workbook of this form."
        ),
        "F115": "Two columns stand for the same field: {columns}. Delete or rename one of them.",
        "F116": "{path}: there is a header but no row with data below it. Choose the file that has the data.",
        "F117": (
            "{path}, sheet {sheet}: the values reach over {rows} rows and {columns} columns; at most "
            "{expected} cells are read. Delete the stray values far to the right or far below."
        ),
        "F118": (
            "{path}: no sheet that can be seen has the data; hidden sheets are not read: {sheets}. Unhide "
            "the sheet with the data."
        ),
        "F119": "{column}: {value} is not a date with a time. Write for example 108/08/16 09:20.",
        # values
        "F120": "{column} is empty and must be filled in.",
        "F121": "{column} must be filled in because {when} is {got}.",
        "F122": "{column}: {value} is not a date. Write for example 108/08/16.",
        "F123": "{column}: there is no such date as {value}. Correct the day or the month.",
        "F124": (
            "{column}: {value} has eight digits, but a ROC date is expected and the two look alike. If it is "
            "AD, write {fix}."
        ),
        "F125": "{column}: {value} lies before the first year of the Republic. Correct the year.",
        "F126": "{column}: {value} is not a whole number. Write digits only.",
        "F127": "{column}: {value} is neither yes nor no. Write 是 or 否, or tick with V.",
        "F128": "{column}: {value} is not a time. Write for example 09:20.",
        "F129": (
            "{column}: {value} is not a month. Write for example 109年1月, as text: a spreadsheet makes the "
            "same number of 109.1 and 109.10."
        ),
        "F130": "{column}: {part} is not one of the choices. Allowed: {expected}.",
        "F131": "{column}: {value} is excluded by the rule; this application cannot go on.",
        "F132": (
            "{column}: the answer must be {expected}, got {value}; otherwise the application cannot go on."
        ),
        "F133": (
            "{column}: {part} is not among what was approved for this agency. Allowed: {expected}. If it was "
            "approved since, change the agency's settings."
        ),
        "F134": (
            "{column}: {value} says nothing about the case. State the business and what it is needed for."
        ),
        "F135": "{column} is too short: {length} characters, at least {expected}. Say more.",
        "F136": "{column} is too long: {length} characters, at most {expected}. Shorten it.",
        "F137": (
            "{column} holds the invisible control character {code_point}, which no form can hold. Type the "
            "text again."
        ),
        "F138": (
            "{column} holds {code_point}, which stands for a character that was lost in a conversion. Type "
            "the right character."
        ),
        "F139": (
            "{column}: {value} stands already in row {first_row}. Delete this row or correct one of them."
        ),
        "F140": (
            "{column}: {value} belongs to a record that is already filed. Check whether this is a change."
        ),
        "F141": "{column}: {value} is not an identity number. Expected a letter and nine digits.",
        "F142": "{column}: the check digit of {value} is wrong. Compare it with the document.",
        "F143": "{column}: {value} is not a company number. Expected eight digits with a right check digit.",
        "F144": (
            "{column}: {value} is not an agency code. Expected nine digits and a digit or capital letter."
        ),
        "F145": ("{column}: {value} is not a document number. Write it whole: 府授勞秘字第1106051442號."),
        "F146": ("{column}: {value} is not a file number. Expected three to five parts: 109/0503/1/1/1."),
        "F147": (
            "{column}: {value} is not a telephone number in Taiwan. Write it with the area code, for example "
            "02-27208889 分機 1600. Numbers may have lost a leading zero."
        ),
        "F148": "{column}: {value} is not an e-mail address.",
        "F149": "{column}: {value} is not an account. Expected 2 to 64 letters, digits and the marks . _ @ -",
        # across fields
        "F150": (
            "{left} ({left_value}) may not be after {right} ({right_value}). Correct one of the two dates."
        ),
        "F151": (
            "{column} is not confirmed although {when} is filled in. Confirm it, or delete {when} for now."
        ),
        "F152": "{column} and {other} are the same; they must differ.",
        "F153": "{column}: {got} lies in the future. Correct the date.",
        "F154": "{column} must be {expected} because {when} is filled in; got {value}.",
        "F155": "{column}: {value} is not this agency; the settings say {expected}. Correct one of them.",
        "F156": (
            "{column} differs from row {first_row} of its document: {value}, there {expected}. Make them "
            "equal or split the rows."
        ),
        "F157": "{column} must be filled in because {when} is {number}.",
        "F158": "{column}: {got} does not lie in {expected}. Move the row or correct the date.",
        "F159": (
            "{column}: after the number before, {expected} was expected, got {got}. Numbers have no gaps."
        ),
        "F160": "{column}: the checklist has no item {got}.",
        "F161": "{column}: item {got} stands twice. Delete one of the rows.",
        "F162": "{column}: items are missing: {missing}. Every item of the checklist needs an answer.",
        "F164": (
            "{column}: the line has {got} cells, the header has {expected}, so values may stand in the wrong "
            "columns. Put texts with a comma between quotation marks, or save as xlsx."
        ),
        # to look at
        "F170": "{column} is empty; the form is clearer with it.",
        "F171": (
            "{column} holds the private character {code_point} (造字): another machine shows something else. "
            "Use the character of CNS 11643 or Unicode."
        ),
        "F172": (
            "There is no column {column}; the form would be clearer with it. It may also be called {aliases}."
        ),
        "F173": "{column}: {value} is not an official address (.gov.tw, gov.taipei).",
        "F174": (
            "{column} holds the invisible character {code_point}. If it is not meant, type the text again."
        ),
        "F175": (
            "The document with this row is not made: {count} of its rows must be corrected first ({rows}). "
            "Half of a list would be a false one."
        ),
        "F176": (
            "{column}: {value} was taken from the name of the file, because the table does not say it. "
            "Check it."
        ),
        "F177": (
            "{column}: this is still the example of the blank workbook. Delete the example, or write your "
            "own data over it."
        ),
        "F178": (
            "{column}: the cell holds the error {value}. Correct the formula, or write the value itself."
        ),
        "F179": (
            "{column}: the formula {value} has no stored result. Open the file in Excel or LibreOffice and "
            "save it again, or write the value itself."
        ),
        "F180": (
            "{column} is merged over several columns, and column {beside} beside it holds values (row "
            "{example}). Give every column a header of its own."
        ),
        "F181": (
            "The headers (row {row}) are not those for which the column mapping was saved. Look at the "
            "mapping and save it again."
        ),
        "F182": "Hidden sheets were not read: {value}. If they hold data, unhide them.",
        "F184": (
            "{column}: {got} is a law that allows such queries, but it is not among what was approved for "
            "this agency. Check the approval."
        ),
        "F185": (
            "{path} is no text file but a spreadsheet or another document. Give it its right ending, for "
            "example .xlsx."
        ),
        "F186": (
            "{path}, line {line}: a quotation mark is not closed, or stands in the middle of a text. Correct "
            "it there, or save the file as xlsx."
        ),
        "F187": ("{path}, line {line}: zero bytes stand in the text. Save it as 'CSV UTF-8' or as xlsx."),
        "F188": (
            "{path}, place {place}: the name {name} stands twice in one object, so one of the values would "
            "be lost. Delete one of them."
        ),
        "F189": (
            "{path}, place {place}: lists and objects lie more than {expected} deep in each other. Correct "
            "the JSON file."
        ),
        "F190": (
            "{path}: cell {cell} stands twice in the file, so one of the values would be lost. Open the file "
            "in Excel or LibreOffice, compare, and save it again."
        ),
        "F191": (
            "{path}, sheet {sheet}: its cells hold {got} bytes of text, at most {expected}. Delete what is "
            "no data, or split it by month or unit."
        ),
        "F192": "{path} needs more memory than this computer has free. Split it by month or unit.",
        # forms and settings
        "F201": "There is no form {got}. Known forms: {expected}.",
        "F200": "{where}: there is no key {key}. Correct its spelling or remove it.",
        "F202": "{path} does not describe a form. Correct these places.",
        "F203": "Form {form} has no layout to fill in; expected the file {path}.",
        "F204": "{path} is not a JSON object. Correct the specimen of the form.",
        "F205": (
            "{path} holds a layout but no fields.toml, and there is no form {form} whose fields it could "
            "use. Name the folder after the form whose layout it replaces ({expected}), or add a fields.toml."
        ),
        "F206": (
            "{path} holds {got}, but neither form.docx nor form.odt nor fields.toml. Name the layout "
            "form.docx or form.odt, in a folder named after the form whose layout it replaces: {expected}."
        ),
        "F207": "{got} is the number of several forms: {expected}. Write one of these names instead.",
        "F208": "{where}: {key} is missing or empty. Add it.",
        "F209": "{where}: {key} may not be {got}. Write one of these: {expected}.",
        "F210": "The settings of the agency in {path} are wrong. Nothing was made.",
        "F211": "{path} cannot be read. Expected the agency's settings as JSON in UTF-8; see examples/.",
        "F212": "{where}: expected an object {expected}.",
        "F213": "{where}: {key} is missing or empty.",
        "F214": "{where}: {key} must be a text; got {got}.",
        "F215": "{where}: {key} must be a list of texts or objects.",
        "F216": "{where}: {key} is not known. Correct its spelling or remove it.",
        "F217": "{where}: {key} does not have its form; got {got}.",
        "F218": "{where}: {key} is not a date; got {got}.",
        "F219": "{problem} (templates/README.md explains every key)",
        "F220": (
            "{path} cannot be read as a column mapping: {problem}. Correct it, or delete it and save it anew."
        ),
        "F221": "The column mapping {path} is wrong. Nothing was read with it.",
        "F222": "line {line}: {got} is not known; expected {expected}.",
        "F223": "line {line}: this is the mapping of form {got}; expected {expected}.",
        "F224": (
            "line {line}: header {header} leads to {got}, which is no field of the form. Write a field's key "
            "or 'ignore'."
        ),
        "F225": (
            "The column mapping {path} cannot be written: {problem}. Check the permissions of the folder."
        ),
        "F226": "{path} is the file that was checked. Choose another name for the marked copy.",
        "F227": "{path} cannot be written: {problem}. Close other programs that use it.",
        # documents
        "F301": (
            "A document was not handed out: in {part}, {field} did not arrive whole. Nothing was "
            "kept. Report this with the template."
        ),
        "F302": (
            "A document was not handed out: {part} differs from what it must say at character {position} "
            "({got} characters, expected {expected}). Nothing was kept. Report this with the template."
        ),
        "F303": (
            "{path} is neither a Word document (docx) nor an OpenDocument text (odt). Save it again as docx."
        ),
        "F304": "{path}: {count} places of the template cannot be used. Correct each of these:",
        "F305": (
            "{path} asks for what form {form} does not have: {got}. Correct the tags; the names are in the "
            "form's field list."
        ),
        "F307": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: {lost} would "
            "vanish with the tag. Move it out of the tag, or into another row, cell or paragraph."
        ),
        "F320": (
            "{path} is too large or packed to harm: {got}, at most {expected}. Take the original template."
        ),
        "F321": "{path} is protected by a password. Save the template without one.",
        "F322": "{path} is an old Word file (.doc), whatever its name says. Open it and save it as docx.",
        "F323": (
            "{path} is damaged or cut off. Copy it again, or open it in Word or LibreOffice and save it anew."
        ),
        "F324": (
            "{path} holds the dangerous or double name {member}. Open it in Word or LibreOffice and "
            "save it anew."
        ),
        "F325": (
            "{path}, {part}: a document type or entities are declared. Office programs never do that; "
            "do not trust this file."
        ),
        "F326": (
            "{path}, {part}: {feature} cannot be kept when the template is filled. Save the template "
            "without it."
        ),
        "F327": "{path} is another kind of office file ({got}). Save the template as docx or odt.",
        "F328": (
            "{path}, {part}: the XML inside is broken. Open the file in Word or LibreOffice and save it anew."
        ),
        "F329": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the block "
            "begins in one place (row, cell or paragraph) and ends in another, so some data would "
            "break the document. Put its beginning and its end at the same level."
        ),
        "F330": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the tag is "
            "not closed, or not opened. Delete the whole tag and type it again."
        ),
        "F331": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: full-width "
            "braces or percent signs. Type the tag in half-width characters."
        ),
        "F332": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the tag is "
            "wrong ({problem}). Delete the whole tag and type it again."
        ),
        "F333": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the block "
            "does not fit the one around it ({other}). Every if and for needs its own end, in the "
            "right order."
        ),
        "F334": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: {feature} "
            "is not supported in templates. Use plain tags."
        ),
        "F335": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: {feature} "
            "is not known. Use one of the filters and functions of the template guide."
        ),
        "F336": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: a template "
            "may not reach for {feature}. Remove the tag."
        ),
        "F337": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: too much: "
            "{got}, at most {expected}. Split the template or simplify it."
        ),
        "F338": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: changes to "
            "the tag are being tracked. Accept all changes and save again."
        ),
        "F339": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the tag "
            "needs a row, cell or paragraph around it and has none. Move it."
        ),
        "F340": "{field} has a control character that no document can hold. Type the value again.",
        "F341": (
            "{path}, {part}: the template runs or prints without end. Nothing was made. Correct its loops."
        ),
        "F342": (
            "{path}, {part}: a tag does with a value what cannot be done ({problem}). Nothing was "
            "made. Correct the tag."
        ),
        "F343": "The image {image} cannot be used; expected PNG or JPEG of usual size. Choose another file.",
        "F344": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: this part "
            "of the file is not filled, and the tag would be printed as it is. Move it into the text."
        ),
        "F345": (
            "{path}, {part}: the template asks for a value that is not there ({got}). Nothing was "
            "made. Correct the tag."
        ),
        "F346": (
            "{path} prints the image {image}, and none was given. Nothing was made. Give the image or "
            "remove the tag."
        ),
        "F347": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the tag "
            "would vanish with the row, cell or paragraph that {other} takes away. Move it to another "
            "one."
        ),
        "F348": (
            "{path}: the properties of the file ask for personal data ({got}). Properties travel with "
            "every copy; remove these tags."
        ),
        "F349": (
            "{part} (table {table}, row {row}, cell {cell}, paragraph {paragraph}), {tag}: the name "
            "{feature} has full-width or compatibility characters that count as others. Type it in "
            "usual characters, and rename the field if it has them."
        ),
        "F310": "LibreOffice made no PDF of {document}. It was left out. Open the document and look at it.",
        "F311": (
            "LibreOffice took longer than {seconds} seconds for {document} and was stopped. It was left out."
        ),
        "F312": "The PDF of {document} cannot be opened. Nothing was kept. Try again.",
        "F313": "Page {page} of {document} is not A4 but {got}. Correct the page size of the layout.",
        "F314": (
            "No installed font can show these characters of {document}: {characters}. Install the fonts of "
            "CNS 11643 (TW-Kai, TW-Kai-Ext-B, TW-Kai-Plus), or replace the characters."
        ),
        "F315": (
            "Text of {document} did not come onto paper: {characters}. Give its cell more room in the layout "
            "or shorten the text."
        ),
        "F350": (
            "{document} is neither docx nor odt, or is damaged. No PDF was made of it. Open it in Word or "
            "LibreOffice and save it again."
        ),
        "F351": (
            "The PDF of {document} is not PDF/A-2b ({rules}). It was not kept. Report the layout and this "
            "code."
        ),
        "F352": (
            "The PDF of {document} does not say exactly what the document says: {characters}. It was not "
            "kept. Report the layout and this code."
        ),
        "F353": "{count} documents could not be turned into PDF: {documents}. Nothing was kept.",
        # environment
        "X101": (
            "PDF needs LibreOffice; expected its program soffice, got {got}. Install it (Debian: "
            "apt install libreoffice-writer-nogui fonts-cns11643-kai)."
        ),
        "X102": (
            "PDF needs the list of fonts: neither fontconfig's fc-list nor the font folder of Windows was "
            "found (looked in {got}). Install fontconfig (Debian: apt install fontconfig)."
        ),
    }
)
"""Text of each code; a `Problem` brings every fact that its text names."""
