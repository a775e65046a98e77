"""The tables of the agreement, after those of joeflow."""

from __future__ import annotations

from django.db import migrations, models
from django.db.models.deletion import CASCADE


class Migration(migrations.Migration):  # type: ignore[misc]
    """Make them."""

    initial = True
    dependencies = (("joeflow", "0001_initial"),)
    operations = (
        migrations.CreateModel(
            name="Agreement",
            fields=[
                (
                    "workflow_ptr",
                    models.OneToOneField(
                        to="joeflow.workflow",
                        on_delete=CASCADE,
                        parent_link=True,
                        primary_key=True,
                        auto_created=True,
                        serialize=False,
                    ),
                ),
                ("payload", models.JSONField()),
                ("i", models.BigIntegerField()),
                ("forms", models.JSONField(default=dict)),
            ],
            bases=("joeflow.workflow",),
        ),
        migrations.CreateModel(
            name="TaskPlace",
            fields=[
                (
                    "task",
                    models.OneToOneField(
                        to="joeflow.task", on_delete=CASCADE, primary_key=True, serialize=False
                    ),
                ),
                ("agency", models.IntegerField()),
                ("due_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["agency", "due_at"], name="task_place_inbox")]
            },
        ),
    )
