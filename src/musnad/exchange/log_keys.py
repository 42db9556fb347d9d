"""The keys of logs and witnesses, as the directory lists them."""

from __future__ import annotations

from musnad.core.directory.entry import LogKeys
from musnad.core.transparency.keys import LogVerifyingKey, WitnessVerifyingKey


def log_key(keys: LogKeys) -> LogVerifyingKey:
    return LogVerifyingKey(keys.name, keys.ed25519, keys.ml_dsa_44)


def witness_key(keys: LogKeys) -> WitnessVerifyingKey:
    return WitnessVerifyingKey(keys.name, keys.ed25519, keys.ml_dsa_44)
