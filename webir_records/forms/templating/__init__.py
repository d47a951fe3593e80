"""Compile Word and OpenDocument templates once and fill them fast (docs/adr/0007)."""

from webir_records.forms.templating.compiled import CompiledTemplate
from webir_records.forms.templating.images import IMAGES
from webir_records.forms.templating.values import Properties, Value, Values

__all__ = ["IMAGES", "CompiledTemplate", "Properties", "Value", "Values"]
