"""The library of higher documents, their clauses, and which measure serves which clause."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kepu.plans.models.plan import Measure, PlanLevel


class PolicyDocument(models.Model):
    """A document of a higher level that plans follow."""

    title = models.CharField(_("名称"), max_length=200, unique=True)
    issuer = models.CharField(_("发文机关"), max_length=120, blank=True)
    number = models.CharField(_("文号"), max_length=60, blank=True)
    issued_on = models.DateField(_("发文日期"), null=True, blank=True)
    level = models.CharField(_("层级"), max_length=10, choices=PlanLevel.choices)

    class Meta:
        verbose_name = _("上级文件")
        verbose_name_plural = _("上级文件")
        ordering = ["level", "-issued_on", "title"]

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """A clause of such a document, in our own short words."""

    document = models.ForeignKey(PolicyDocument, models.CASCADE, related_name="clauses")
    number = models.CharField(_("条款号"), max_length=40)
    summary = models.CharField(_("要点"), max_length=300)

    class Meta:
        verbose_name = _("条款")
        verbose_name_plural = _("条款")
        ordering = ["document", "pk"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="one_clause_per_number")]

    def __str__(self) -> str:
        return f"{self.document} {self.number}"


class Citation(models.Model):
    """The measure serves the clause."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="citations")
    clause = models.ForeignKey(Clause, models.PROTECT, related_name="citations")

    class Meta:
        verbose_name = _("依据")
        verbose_name_plural = _("依据")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["measure", "clause"], name="one_citation_per_clause")]

    def __str__(self) -> str:
        return f"{self.measure} ← {self.clause}"
