"""The place where a lab is kept a second time."""

from __future__ import annotations

from yogalab.errors.base import YogaLabError


class VaultError(YogaLabError):
    """The lab could not be kept there, or brought back from there. Data: `place`. The lab itself is well."""

    code = "vault.error"


class VaultSilent(VaultError):
    """Nothing answers there: no network, or the disk is not mounted."""

    code = "vault.silent"


class VaultRefused(VaultError):
    """It answers and says no. Data: `reason`."""

    code = "vault.refused"


class VaultPublic(VaultError):
    """Everybody can read that repository: photos of people do not go there."""

    code = "vault.public"


class VaultOther(VaultError):
    """Another lab is kept there."""

    code = "vault.other"


class VaultMoved(VaultError):
    """Somebody else has written there since."""

    code = "vault.moved"


class VaultDamaged(VaultError):
    """No copy there can be read any more."""

    code = "vault.damaged"


class VaultEmpty(VaultError):
    """Nothing has been kept there yet."""

    code = "vault.empty"


class VaultUnset(YogaLabError):
    """No place was named to keep the lab in (YOGALAB_VAULT)."""

    code = "vault.unset"


class BadVault(VaultError):
    """Neither "owner/name" nor a folder's path."""

    code = "vault.bad"
