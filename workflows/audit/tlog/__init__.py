"""Transparency log formats, pure: RFC 6962 trees and the C2SP texts around them. No Django here."""
