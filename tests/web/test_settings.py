"""What an installation may be told, and how it says what is wrong."""

from __future__ import annotations

import pytest

from web.settings import SettingsError, load_settings
from web.settings_schema import describe_settings

SECRET = "s" * 32


def test_a_secret_is_all_that_a_real_installation_must_be_given():
    settings = load_settings({"TRAMITA_SECRET_KEY": SECRET, "PATH": "/bin"})

    assert settings.database_url == "sqlite:///var/tramita.sqlite3"
    assert settings.languages == ("pt_BR", "en", "es")
    assert settings.trusted_hosts == ("127.0.0.1", "localhost")
    assert settings.zone.key == "America/Sao_Paulo"


def test_a_demo_makes_its_own_secret_and_keeps_it(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    first, second = (load_settings({"TRAMITA_DEMO": "true"}) for _ in range(2))

    assert len(first.secret_key) >= 32
    assert second.secret_key == first.secret_key


def test_every_wrong_setting_is_named_at_once_with_how_to_mend_it():
    with pytest.raises(SettingsError) as caught:
        load_settings(
            {
                "TRAMITA_SECRET_KEY": "short",
                "TRAMITA_TIMEZONE": "Minas/BH",
                "TRAMITA_SMTP_PORT": "mail",
                "TRAMITA_LANGUAGES": "pt_BR,fr",
                "TRAMITA_DATABASE_URL": "mysql://host/db",
                "TRAMITA_BASE_URL": "tramita.mg.gov.br",
                "TRAMITA_DISPLAYNAME": "Tramita",
            }
        )

    assert {problem.name for problem in caught.value.problems} == {
        "secret_key",
        "timezone",
        "smtp_port",
        "languages",
        "database_url",
        "base_url",
        "displayname",
    }
    assert "TRAMITA_DISPLAYNAME: there is no such setting; did you mean TRAMITA_DISPLAY_NAME?" in (
        str(caught.value)
    )


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({}, "secret_key"),
        ({"TRAMITA_SECRET_KEY": SECRET, "TRAMITA_SMTP_HOST": "mail"}, "mail_from"),
        ({"TRAMITA_SECRET_KEY": SECRET, "TRAMITA_SMTP_USER": "u"}, "smtp_host"),
        ({"TRAMITA_SECRET_KEY": SECRET, "TRAMITA_CLOCK_OFFSET": "3600"}, "clock_offset"),
        ({"TRAMITA_SECRET_KEY": SECRET, "TRAMITA_SETTINGS": "/nowhere.toml"}, "settings"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(environ, name):
    with pytest.raises(SettingsError) as caught:
        load_settings(environ)

    assert [problem.name for problem in caught.value.problems] == [name]


def test_a_file_says_it_too_and_the_environment_wins(tmp_path):
    path = tmp_path / "tramita.toml"
    path.write_text(f'secret_key = "{SECRET}"\nsmtp_port = 587\nlanguages = ["en"]\n')

    settings = load_settings({"TRAMITA_SETTINGS": str(path), "TRAMITA_SMTP_PORT": "2525"})

    assert (settings.smtp_port, settings.languages) == (2525, ("en",))


def test_a_secret_may_stand_in_a_file_of_its_own(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")

    assert load_settings({"TRAMITA_SECRET_KEY_FILE": str(path)}).secret_key == SECRET
    with pytest.raises(SettingsError) as caught:
        load_settings({"TRAMITA_SECRET_KEY_FILE": str(tmp_path), "TRAMITA_LEAKED_PASSWORDS": "-"})
    assert {"secret_key", "leaked_passwords"} == {one.name for one in caught.value.problems}


def test_cookies_travel_by_https_only_where_people_come_by_https():
    given = {"TRAMITA_SECRET_KEY": SECRET}

    assert not load_settings(given).cookie_secure
    assert load_settings({**given, "TRAMITA_BASE_URL": "https://tramita.mg.gov.br"}).cookie_secure


def test_every_setting_says_what_it_is_for():
    described = describe_settings()

    assert all(row.about and row.form for row in described)
    assert "TRAMITA_SECRET_KEY" in {row.variable for row in described}
