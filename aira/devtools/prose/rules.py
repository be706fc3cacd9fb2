"""List the patterns of riddles, and what to write instead.

Each rule is a slip that was made often enough to look for it. A rule that flags good English gets
an exception here, not a comment where it is flagged.
"""

import re
from dataclasses import dataclass, field

from aira.devtools.prose.texts import Kind

DOCSTRINGS = frozenset({Kind.FUNCTION, Kind.DOCSTRING, Kind.TEST})
PROSE = DOCSTRINGS | {Kind.COMMENT, Kind.MESSAGE, Kind.SCREEN, Kind.DOC, Kind.CELL}
READ = PROSE | {Kind.HEADING}


@dataclass(frozen=True)
class Rule:
    """Describe one pattern. `except_for` matches the good English that the pattern would flag."""

    name: str
    pattern: re.Pattern[str]
    advice: str
    kinds: frozenset[Kind] = field(default=READ)
    except_for: re.Pattern[str] | None = None

    def finds(self, sentence: str) -> bool:
        """Tell whether the sentence breaks this rule."""
        left = self.except_for.sub(" ", sentence) if self.except_for else sentence
        return bool(self.pattern.search(left))


def rule(
    name: str, pattern: str, advice: str, kinds: frozenset[Kind] = READ, except_for: str = "", *, exact: bool = False
) -> Rule:
    """Make a rule. Patterns ignore case unless they are exact."""
    flags = re.RegexFlag(0) if exact else re.IGNORECASE
    return Rule(name, re.compile(pattern, flags), advice, kinds, re.compile(except_for, flags) if except_for else None)


QUESTION = r".*\?$|^What to\b.*|^What (?:happened|changed|is new)\b[^,;:]*$|^Whatever (?:you|happens)\b"
RULES = [
    # The beginning of a sentence
    rule("begins-with-of", r"^Of\b", "Name the subject first.", except_for=r"^Of course\b"),
    rule(
        "begins-with-what",
        r"^(?:What|Whatever|Which|Whoever)\b(?!:)(?! is\b.*\?)",
        "Name the thing: “Fields that …”, “Rows that …”.",
        PROSE,
        QUESTION,
    ),
    rule(
        "begins-with-that",
        r"^(?:That|Whether|Why|How) (?:an?|the|it|each|somebody|there|this|one)\b",
        "Say what it does or is: “Record …”, “Return whether …”.",
        DOCSTRINGS | {Kind.COMMENT},
        r".*\?$|^That (?:is|was|way|makes)\b",
    ),
    rule(
        "begins-with-nobody",
        r"^(?:Nobody|Nothing is called|Ours|Told to|Over:|Not \w+;|Seen from)(?:\b|(?<=[:;]))",
        "Name who or what it is about, and use a verb.",
    ),
    rule("begins-with-they", r"^(?:They only|It is read when)\b", "Name the subject.", DOCSTRINGS | {Kind.COMMENT}),
    rule(
        "summary-of-a-function",
        r"^(?:an?|the|all|each|every|everything|its|their|this|these|those|what|who|whose|whether|where|when|how|why|that|"
        r"from|of|in|on|at|by|for|as|if|after|before|with|without|one|two|some|any|no|nobody|nothing|none|somebody|"
        r"does|gives|makes|says|shows|takes|tells|reads|writes|removes|returns|runs|sets|sends|puts|gets|adds|checks|"
        r"looks|finds|keeps|moves|lets|asks|answers|is|are|has|it|they|also|only|not|just|here|once|"
        r"told|called|written|made|given|taken|shown|known|kept|asked|used|seen|[a-z]+(?<![su])s)\b",
        "Begin with a verb in the imperative: “Return …”, “Refund …”.",
        frozenset({Kind.FUNCTION}),
    ),
    rule(
        "summary-in-pieces",
        r";",
        "Write one sentence, or two with a full stop.",
        frozenset({Kind.FUNCTION, Kind.DOCSTRING}),
    ),
    # Negations
    rule(
        "is-no",
        r"\b(?:is|are|was|were|be|being) (?:no|(?-i:none))\b",
        "Write “is not a …”, or say what it is.",
        READ,
        r"\b(?:there|here) (?:is|are|was|were) (?:no|none(?! such))\b|"
        r"\b(?:is|are|was|were|be) no (?:longer|different|matter|(?:more|less|later|earlier|sooner) than)\b",
    ),
    rule(
        "there-is-none",
        r"\bthere is none\b|\bnone such\b|\bthere is not\b(?= (?:is|has|in|one)\b)|\bthat there is (?:no|none|not)\b",
        "Say what is missing.",
    ),
    rule(
        "nor",
        r"\bnor\b|\bbut for (?:its|the|their|an?)\b|\bas far as you may\b",
        "Write a sentence of its own with “not” or “except”.",
        READ,
        r"\bneither\b.*\bnor\b",
    ),
    # Words that hide what is meant
    rule(
        "said",
        r"\b(?:is|are|was|were) said\b|\bsaid (?:once|here|in words|of it)\b|: said,",
        "Name the action: show, log, report, define.",
    ),
    rule("for-good", r"\bfor good\b(?! (?:reason|measure))|\bfor ever\b", "Write “permanently”."),
    rule(
        "gives-back",
        r"\b(?:gives?|gave|given|giving) (?:it |them |that |this |money |\$\S+ )?back\b",
        "Write “refund”, “return” or “restore”.",
    ),
    rule("no-sense", r"\bmakes? no sense\b", "Write “invalid”."),
    rule("somebody", r"\bneeds? somebody\b|\bsomebody'?s doing\b", "Write “needs attention”, or name who acts."),
    rule(
        "is-over",
        r"\b(?:is|was|be|are|long) over\b(?! \d)(?!\s+(?:the|an?|its|their|CODE|X|all|one|each|HTTP))",
        "Write “has ended” or “has passed”.",
    ),
    rule(
        "ours",
        r"\bof ours\b|\b(?:is|are|was|were) ours\b|\bthe others' \w+",
        "Name who: AiRa, this project, other tenants.",
    ),
    rule(
        "for-itself",
        r"\bfor (?:itself|themselves)\b|\bthe others go on\b",
        "Write “one by one” or “separately”.",
        READ,
        r"\bspeaks? for (?:itself|themselves)\b",
    ),
    rule("things", r"\bthings are\b|\bas (?:their|its) rules? says?\b", "Name the things."),
    rule(
        "is-the-possessive",
        r"\bis the \w+(?: \w+)?'s[.;]?$|\bno longer is\b",
        "Add the noun, or turn the sentence round.",
    ),
    rule("written-down", r"\b(?:is|are) written down\b|\bsaid to be\b", "Name where it is documented."),
    rule(
        "a-thing-is-a-thing",
        r"^An? (\w+) that .* is an? \w+ that\b|\b(\w{4,})s are \2\w+$",
        "Say why, without the aphorism.",
    ),
    rule(
        "offers-some",
        r"\boffers some\b|\bcloses before the end\b|\bis closed then\b",
        "Give the values: the next times, the opening hours.",
    ),
    rule(
        "nothing-personal",
        r"\bnothing personal\b|\balso misspelt\b|\beverything about it\b|\bthe version before\b|\byielded into\b",
        "Use the words of the field; see docs/GLOSSARY.md.",
    ),
    rule(
        "keeps-nothing-from",
        r"\bkeeps? nothing (?:else )?from\b|\bin its doing\b|\bwhich nobody (?:called|asked)\b",
        "Turn it into a positive statement.",
    ),
    rule("wait-that", r"\bsuch as is\b|\bthat is known no longer\b", "Say which case it is."),
    # Names
    rule(
        "test-name",
        r"^test_(?:nobody|nothing|what|whatever|that)_|_that_there_is(?:_|$)|_is_one_sentence$",
        "Name who does what and what comes of it.",
        frozenset({Kind.NAME}),
    ),
    rule(
        "module-name",
        r"^(?:meant|meanwhile|once|mortal|things|stuff|misc|utils?|helpers?)\.py$",
        "Name the subject: search_filter.py, edit_conflicts.py.",
        frozenset({Kind.NAME}),
    ),
    # Layout
    rule("wide-line", r"^.{101,}$", "Wrap at 100 characters.", frozenset({Kind.LINE})),
]
# Longer sentences are rarely understood at the first pass. 25 words are the aim; this is the limit.
MOST_WORDS = 40
