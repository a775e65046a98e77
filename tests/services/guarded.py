"""A request type whose duties are kept apart, and eight people of four agencies to do them."""

from __future__ import annotations

GUARDED = """
key: guarded
version: 1
title: Contrato
summary: Quem redige não confere, e quem confere não assina.
owner: SCC
roles:
  proponent: {title: Quem pede, bind: opener}
  counsel: {title: Quem examina, bind: AGE}
  treasury: {title: Quem confere, bind: SEF}
  signatory: {title: Quem assina, bind: SCC}
states:
  - key: drafting
    title: Redação
    tasks: [{key: draft, title: Redigir, role: proponent, outcomes: [sent]}]
  - key: review
    title: Exame
    tasks:
      - {key: check, title: Conferir, role: treasury, outcomes: [good, bad], not_by: [draft]}
      - key: legal
        title: Examinar
        role: counsel
        outcomes: [good, bad]
        not_by: [draft, check]
        released_by: head
  - key: signing
    title: Assinatura
    tasks:
      - key: sign
        title: Assinar
        role: signatory
        outcomes: [good, bad]
        not_by: [draft, legal, check]
  - {key: signed, title: Assinado, final: completed}
  - {key: dropped, title: Desistência, final: withdrawn}
transitions:
  - {source: drafting, target: review, when: any sent}
  - {source: review, target: signing, when: all good}
  - {source: review, target: drafting, when: any bad}
  - {source: signing, target: signed, when: any good}
  - {source: signing, target: drafting, when: any bad}
acts:
  withdraw: {by: proponent, before_entering: signed, to: dropped}
  send_back: {to: [drafting], in: [review, signing]}
  reopen: {to: drafting, within: 30 days}
"""
AGENCIES = ("SEDE", "AGE", "SEF", "SCC")
PEOPLE = tuple((agency, role) for agency in AGENCIES for role in ("head", "officer"))
TOKENS = range(len(PEOPLE))
