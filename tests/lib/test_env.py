"""Settings fail aloud, and blank means unset."""

from __future__ import annotations

from pathlib import Path

import pytest

from hims.lib.env import SettingError, env_bool, env_int, env_list, env_secret, env_text

NAME = "HIMS_A_SETTING"


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_env_text_without_value_or_default_names_the_variable(
    blank: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if blank is not None:
        monkeypatch.setenv(NAME, blank)
    with pytest.raises(SettingError, match=NAME):
        env_text(NAME)
    assert env_text(NAME, "usual") == "usual"
    assert env_int(NAME, 7) == 7
    assert env_bool(NAME, True) is True
    assert env_list(NAME, "a, b") == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "expected"), [("1", True), ("TRUE", True), (" on ", True), ("0", False), ("No", False), ("off", False)]
)
def test_env_bool_reads_words_in_any_case(text: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    assert env_bool(NAME, not expected) is expected


@pytest.mark.parametrize("text", ["maybe", "2", "-"])
def test_env_bool_of_another_word_is_an_error(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, text)
    with pytest.raises(SettingError, match=NAME):
        env_bool(NAME)


def test_env_int_of_words_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, "ten")
    with pytest.raises(SettingError, match="whole number"):
        env_int(NAME, 1)


def test_env_list_splits_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, " a.example , [::1],, b ")
    assert env_list(NAME) == ["a.example", "[::1]", "b"]


def test_env_secret_reads_the_file_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("from-file\n")
    monkeypatch.setenv(NAME, "from-variable")
    assert env_secret(NAME) == "from-variable"
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "key"))
    assert env_secret(NAME) == "from-file"


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\x00"])
def test_env_secret_from_a_useless_file_is_an_error_that_hides_its_content(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "key"))
    with pytest.raises(SettingError, match=f"{NAME}_FILE"):
        env_secret(NAME)
