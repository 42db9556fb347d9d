"""What stands in addresses: a case and an exhibit by their whole names, so that one means one thing for ever."""

from __future__ import annotations

from django.urls import register_converter

from musnad.core.kernel.names import CaseRef, MessageId, SealId


class CaseConverter:
    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> CaseRef:
        return CaseRef(value)

    def to_url(self, value: str) -> str:
        return value


class MessageConverter(CaseConverter):
    def to_python(self, value: str) -> MessageId:  # type: ignore[override]  # another name for 64 digits
        return MessageId(value)


class SealConverter:
    regex = "[0-9a-f]{32}"

    def to_python(self, value: str) -> SealId:
        return SealId(value)

    def to_url(self, value: str) -> str:
        return value


def register() -> None:
    """Once a process, before the addresses are read."""
    register_converter(CaseConverter, "case")
    register_converter(MessageConverter, "message")
    register_converter(SealConverter, "seal")
