"""A whole round of a survey on made-up units, for somebody who wants to see what the product is for."""

from addin.demo.cast import DemoError
from addin.demo.show import DemoResult, play_demo

__all__ = ["DemoError", "DemoResult", "play_demo"]
