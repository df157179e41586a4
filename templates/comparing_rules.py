"""The rules of two definitions compared: by what they demand of the same cells, then by where they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from templates.correspondence import Correspondence, translate_tree
from templates.difference import (
    AspectChange,
    DifferenceLine,
    Subject,
    compare_portraits,
    draw,
    list_changes,
    make_line,
    pair_parts,
)
from templates.model import Rule, Survey
from templates.portrait import Portrait, describe_demand, describe_message, describe_rule


@dataclass
class RuleComparison:
    """Rules: those that demand the same of the same cells first, then those of one id, then those of one title."""

    old: Survey
    new: Survey
    match: Correspondence

    def list_lines(self) -> Iterator[DifferenceLine]:
        """Yield a line for every rule that is not the same in both."""
        for was, now in pair_parts(self.old.rule, self.new.rule, self._match()):
            before, after = self.old.rule.get(was or ""), self.new.rule.get(now or "")
            standing = after or before
            if standing:
                aspects = self._compare(before, after) if before and after else self._tell(before, after)
                yield from make_line(Subject.RULE, was, now, standing.title, aspects, family=standing.family)

    def _match(self) -> dict[str, str]:
        """Return old ids by new ones."""
        demands: dict[object, list[str]] = {}
        for rule in self.new.rules:
            demands.setdefault(self._key(rule), []).append(rule.id)
        found: dict[str, str] = {}
        for rule in self.old.rules:
            alike = demands.get(self._key(rule, translated=True), [])
            if alike:
                found[rule.id] = alike.pop(alike.index(rule.id) if rule.id in alike else 0)
        return found | dict(self._match_places(found))

    def _match_places(self, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
        """Yield rules that demand something else now: of one family and place, or, written one by one, of one id."""
        taken = set(found.values())
        left = {self._place(rule): rule.id for rule in self.new.rules if rule.id not in taken}
        for rule in self.old.rules:
            now = left.get(self._place(rule, translated=True))
            if rule.id not in found and now:
                yield rule.id, now

    def _place(self, rule: Rule, *, translated: bool = False) -> object:
        if not rule.family:
            return rule.id
        at = self.match.cells.get((rule.form, rule.at)) if translated and rule.at else (rule.form, rule.at)
        suffix = rule.id.removeprefix(rule.form).replace(rule.at, "", 1) if rule.at else rule.id
        return rule.family, at, suffix

    def _key(self, rule: Rule, *, translated: bool = False) -> object:
        return rule.family, *self._demand(rule, translated=translated)

    def _demand(self, rule: Rule, *, translated: bool) -> tuple[object, ...]:
        if not translated:
            return rule.each, rule.when, rule.check
        each = self.match.ledgers.get(rule.each, rule.each)
        return each, translate_tree(rule.when, self.match), translate_tree(rule.check, self.match)

    def _tell(self, before: Rule | None, after: Rule | None) -> tuple[AspectChange, ...]:
        """Return how grave a rule is that is gone or new, and what it demands."""
        gone, fresh = (partial(_tell_rule, survey=survey) for survey in (self.old, self.new))
        return compare_portraits(draw(gone, before), draw(fresh, after), "severity", "demand")

    def _compare(self, before: Rule, after: Rule) -> tuple[AspectChange, ...]:
        other = self._demand(before, translated=True) != self._demand(after, translated=False)
        # the words of an expanded rule follow from the cells that it stands at
        told = (describe_rule(rule, worded=other or not rule.family) for rule in (before, after))
        found = list(list_changes(*told))
        if other:
            texts = describe_demand(before, self.old), describe_demand(after, self.new)
            found.insert(0, AspectChange("demand", *texts))
        if not after.family and self._message(before) != after.message:
            found.append(AspectChange("message", describe_message(before, self.old), describe_message(after, self.new)))
        return tuple(found)

    def _message(self, rule: Rule) -> tuple[object, ...]:
        return tuple(translate_tree(part, self.match) for part in rule.message)


def _tell_rule(rule: Rule, survey: Survey) -> Portrait:
    return describe_rule(rule, worded=False) | {"demand": describe_demand(rule, survey)}
