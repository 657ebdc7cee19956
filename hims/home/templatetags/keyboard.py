"""Commands and their keys in templates, as the person who looks at the page has set them. Built into every template."""

from __future__ import annotations

from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hims.lib.keyboard.catalogue import COMMANDS, EVERYWHERE, LISTS, Command
from hims.lib.keyboard.strokes import aria, spelled
from hims.staff.keys.presenters import key_caps, key_mark
from hims.staff.keys.selectors import KeyChoice, key_choice_at

register = template.Library()


def choice_in(context: Context) -> KeyChoice:
    """The keys of the person behind the request, read once a request; the defaults where nobody has signed in."""
    request = getattr(context, "request", None) or context.get("request")
    return KeyChoice() if request is None else key_choice_at(request)


def heard(context: Context, name: str) -> str:
    """The key that reaches a command now: none while single characters are switched off and it is made of them."""
    return choice_in(context).heard(name)


@register.simple_tag(takes_context=True)
def command(context: Context, name: str, label: str = "", extra: Any = "") -> SafeString:
    """The attributes of the element that does a command. label: other words for it on this page; extra: what they end with."""
    words = " ".join(part for part in (label or COMMANDS[name].label, str(extra)) if part)
    keys = choice_in(context).keys[name]
    shortcut = aria(heard(context, name))
    attributes = [("command", name), ("key", keys), ("key-label", words)]
    written = format_html_join(" ", 'data-{}="{}"', attributes)
    return format_html('{} aria-keyshortcuts="{}"', written, shortcut) if shortcut else written


@register.simple_tag(takes_context=True)
def key(context: Context, name: str) -> SafeString:
    """A command's key beside its name. Hidden from screen readers where the element tells it itself (aria-keyshortcuts)."""
    return key_mark(choice_in(context), name)


@register.simple_tag(takes_context=True)
def key_words(context: Context, name: str, otherwise: str = "") -> SafeString:
    """A command's key within a sentence, or other words where it has none."""
    words = spelled(heard(context, name)) or otherwise
    return format_html('<span data-key-words-of="{}" data-otherwise="{}">{}</span>', name, otherwise, words)


@register.simple_tag
def fixed_key(name: str) -> SafeString:
    """The key of a command that nobody can change."""
    return format_html('<span class="kbd">{}</span>', key_caps(COMMANDS[name].keys))


@register.simple_tag
def standing_commands(place: str) -> list[Command]:
    """Commands that no single element does: those of all pages and of lists, for the overlay."""
    wanted = {EVERYWHERE: ("palette.open", "keys.help", "search.go", "close"), LISTS: None}[place]
    return [each for each in COMMANDS.values() if (each.name in wanted if wanted else each.name.startswith("lists."))]


@register.simple_tag(takes_context=True)
def key_choice(context: Context) -> KeyChoice:
    """The whole choice: single, recent, keys."""
    return choice_in(context)
