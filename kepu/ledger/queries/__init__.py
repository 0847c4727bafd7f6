"""Every read of the ledger that the apps above use."""

from kepu.ledger.queries.exporting import exported_facts
from kepu.ledger.queries.facts import FactLine, facts_of
from kepu.ledger.queries.proofs import (
    CountShown,
    FactStanding,
    Proof,
    published_count,
    standing_of,
)
from kepu.ledger.queries.rule_counts import (
    CountedFact,
    RuleCount,
    RuleVersion,
    Share,
    by_evidence,
    by_month,
    by_town,
    by_unit,
    count_of_version,
    facts_counted_by,
    rule_counts,
    rule_versions,
)
from kepu.ledger.queries.totals import EvidenceTotal, Total, total
from kepu.ledger.queries.words import in_words
from kepu.ledger.question import BadQuestion, Question, question_from

__all__ = [
    "BadQuestion",
    "CountShown",
    "CountedFact",
    "EvidenceTotal",
    "FactLine",
    "FactStanding",
    "Proof",
    "Question",
    "RuleCount",
    "RuleVersion",
    "Share",
    "Total",
    "by_evidence",
    "by_month",
    "by_town",
    "by_unit",
    "count_of_version",
    "exported_facts",
    "facts_counted_by",
    "facts_of",
    "in_words",
    "published_count",
    "question_from",
    "rule_counts",
    "rule_versions",
    "standing_of",
    "total",
]
