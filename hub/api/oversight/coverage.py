"""Regulation coverage: row, rule, tests, last use, exceptions."""

from hub.api.resource import Resource
from hub.operations.oversight import coverage

resource = Resource("regulation")
resource.shows("/regulation", coverage.show_coverage, "show")
resource.shows("/regulation/{row}/exceptions", coverage.list_exceptions, "exceptions")
