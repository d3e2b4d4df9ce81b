"""The suite that every plugin inherits, and the means to feed a conversation by hand."""

from .play import Endless, OutOfAnswers, Played, Sample, play
from .suite import PluginSuite

__all__ = ["Endless", "OutOfAnswers", "Played", "PluginSuite", "Sample", "play"]
