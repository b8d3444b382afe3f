# SPDX-License-Identifier: GPL-2.0
"""The scenarios by name, in the order of their definition."""

SCENARIOS = {}


def scenario(function):
    SCENARIOS[function.__name__] = function
    return function


def variants(*options):
    """The same scenario for several values of its argument, as NAME_WORD_WORD."""
    def register(function):
        for text in options:
            SCENARIOS["_".join([function.__name__, *text.split()])] = lambda text=text: function(text)
        return function
    return register
