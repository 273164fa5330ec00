"""How the app's server is started: on this machine only, telling nobody."""

from __future__ import annotations

from explorer.ui.style import FONTS


def server_options(port: int, *, address: str = "127.0.0.1") -> list[str]:
    """Options for ``streamlit run``.

    Parameters
    ----------
    port
        TCP port.
    address
        Address to listen on; this machine only by default.
    """
    options = {
        "server.address": address,
        "server.port": port,
        "server.headless": "true",  # opens no browser by itself
        "server.fileWatcherType": "none",
        "browser.gatherUsageStats": "false",
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "theme.base": "light",
        "theme.font": FONTS,
        "theme.primaryColor": "#1d5fa8",
        "theme.backgroundColor": "#ffffff",
        "theme.secondaryBackgroundColor": "#f3f5f7",
        "theme.textColor": "#1f2933",
    }
    return [f"--{name}={value}" for name, value in options.items()]
