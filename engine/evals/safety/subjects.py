"""What can be asked about a text: one category, or "any"; and the names that files give their label columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.domain.safety import NO_FINDING, Category

ANY = "any"
"""Whatever OpenAI's moderation covers. Personal data, secrets, injection and company rules are each their own."""

MODERATION = frozenset(
    {
        Category.SEXUAL,
        Category.SEXUAL_MINORS,
        Category.HATE,
        Category.HATE_THREATENING,
        Category.HARASSMENT,
        Category.HARASSMENT_THREATENING,
        Category.VIOLENCE,
        Category.VIOLENCE_GRAPHIC,
        Category.SELF_HARM,
        Category.SELF_HARM_INTENT,
        Category.SELF_HARM_INSTRUCTIONS,
        Category.ILLICIT,
        Category.ILLICIT_VIOLENT,
    }
)

SHORT = {
    "S": Category.SEXUAL,
    "H": Category.HATE,
    "V": Category.VIOLENCE,
    "HR": Category.HARASSMENT,
    "SH": Category.SELF_HARM,
    "S3": Category.SEXUAL_MINORS,
    "H2": Category.HATE_THREATENING,
    "V2": Category.VIOLENCE_GRAPHIC,
}
"""The columns of github.com/openai/moderation-api-release (Markov et al. 2022)."""

SUBJECTS = (ANY, *(category.value for category in Category if category not in NO_FINDING))


def covered(subject: str) -> frozenset[Category]:
    """The filter's categories that answer it: a category includes those under it, as hate does hate/threatening."""
    if subject == ANY:
        return MODERATION
    return frozenset(category for category in Category if category == subject or category.startswith(f"{subject}/"))


def category_columns(columns: Collection[str]) -> dict[str, Category]:
    """Columns that are named after a category: as it is, in any case, with _ for / and -, or by its letter in SHORT."""
    names = {_plain(category): category for category in Category if category not in NO_FINDING}
    found: Mapping[str, Category | None] = {name: SHORT.get(name) or names.get(_plain(name)) for name in columns}
    return {name: category for name, category in found.items() if category}


def _plain(name: str) -> str:
    return name.strip().casefold().replace("/", "_").replace("-", "_")
