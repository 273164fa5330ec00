"""The regional profile (地域プロファイル): the document about a municipality or region."""
