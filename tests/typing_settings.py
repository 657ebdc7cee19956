"""The settings as the type checker reads them: no server is needed."""

from tests import environment
from hims.settings import *

__all__ = ["environment"]
