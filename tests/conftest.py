"""Fixtures that every test folder shares."""

from real_applications.harness import libreoffice, ooxml_validator

__all__ = ["libreoffice", "ooxml_validator"]
