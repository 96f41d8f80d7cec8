"""Alert sources, one module each: headers and body of a request to the alerts in it, listed in a registry."""
