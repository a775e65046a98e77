"""Two small request types: an excursion that has seats, and riders who take them."""

from __future__ import annotations

EXCURSION = """
key: excursion
version: 1
title: Excursão
summary: Um passeio com lugares contados.
owner: SCC
roles:
  guide: {title: Guia, bind: SCC}
data:
  - {key: seats, title: Lugares, type: integer, min: 0, max: 500, required: true}
  - {key: share, title: Lugares de cada órgão, type: integer, min: 0, max: 500}
  - {key: fewest, title: Mínimo, type: integer, min: 0, max: 500, default: 0}
  - {key: hours, title: Horas, type: decimal, min: 1, max: 100}
  - {key: riders, title: Lugares tomados, type: integer, computed: {places: taken}}
  - {key: queue, title: Na fila, type: integer, computed: {places: waiting}}
  - key: enough
    title: Há o mínimo
    type: yes_no
    computed: {reaches: riders, percent: 100, of: fewest}
opening: [seats, share, fewest, hours]
places: {seats: seats, quota: share, given_in: [boarding]}
states:
  - key: announced
    title: Anunciada
    tasks: [{key: open_doors, title: Abrir as portas, role: guide, outcomes: {board: Abrir}}]
  - key: boarding
    title: Embarque
    tasks:
      - key: leave
        title: Partir
        role: guide
        form: [data.seats]
        outcomes: {go: Partir, more: Mudar os lugares}
  - {key: gone, title: Partiu, final: completed}
  - {key: called_off, title: Cancelada, final: cancelled}
transitions:
  - {source: announced, target: boarding, when: any board}
  - {source: boarding, target: gone, when: any go, if: {enough: {is: true}}}
  - {source: boarding, target: called_off, when: any go}
  - {source: boarding, target: boarding, when: any more}
acts:
  cancel: {by: guide, to: called_off}
"""

RIDER = """
key: rider
version: 1
title: Passageiro
summary: Quem quer ir.
owner: SCC
roles:
  agency: {title: Órgão, bind: opener}
data:
  - key: excursion
    title: Excursão
    type: case
    of: excursion
    in: [announced, boarding]
    required: true
  - {key: hours, title: Horas, type: decimal, min: 1, max: 100}
  - {key: ridden, title: Horas feitas, type: decimal, min: 0, max: 100}
  - key: rode
    title: Fez três quartos
    type: yes_no
    computed: {reaches: ridden, percent: 75, of: hours}
opening: [excursion]
states:
  - key: queueing
    title: Na fila
    tasks:
      - key: seat
        title: Esperar lugar
        role: agency
        outcomes: {seated: Tem lugar, left_behind: Ficou sem, called_off: Não há}
        awaits:
          case: data.excursion
          place: seated
          ends: {left_behind: [gone], called_off: [called_off]}
          brings: {hours: hours}
  - key: riding
    title: Com lugar
    tasks:
      - key: depart
        title: Esperar a partida
        role: agency
        outcomes: {departed: Partiu, called_off: Não há}
        awaits: {case: data.excursion, ends: {departed: [gone], called_off: [called_off]}}
  - key: after
    title: Na volta
    tasks:
      - {key: tell, title: Contar, role: agency, form: [data.ridden], outcomes: {back: Voltou}}
  - {key: returned, title: Voltou, final: completed}
  - {key: dropped, title: Desceu antes, final: refused}
  - {key: stayed, title: Ficou, final: refused}
  - {key: nothing, title: Não houve, final: cancelled}
  - {key: changed_mind, title: Desistiu, final: withdrawn}
transitions:
  - {source: queueing, target: riding, when: any seated}
  - {source: queueing, target: stayed, when: any left_behind}
  - {source: queueing, target: nothing, when: any called_off}
  - {source: riding, target: after, when: any departed}
  - {source: riding, target: nothing, when: any called_off}
  - {source: after, target: returned, when: any back, if: {rode: {is: true}}}
  - {source: after, target: dropped, when: any back}
acts:
  withdraw: {by: agency, to: changed_mind}
"""
