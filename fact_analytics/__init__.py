"""Totals, distinct people and matrices of exported facts, as Ibis expressions that run on any engine Ibis knows."""
