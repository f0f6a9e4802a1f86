"""All HTTP of phyware: the only package that imports requests and urllib3.

Layer: framework; knows no OAuth, no retries, no error codes of an API.  What
a server answers is a ``Response``, whatever its status; only an answer that
can't be had or read raises.  Importing this package imports no HTTP library:
``phyware.transport.wire`` does, at the first request.
"""

from phyware.transport.client import Transport
from phyware.transport.message import Headers, Request, Response, origin_of, path_of, site

__all__ = ['Headers', 'Request', 'Response', 'Transport', 'origin_of', 'path_of', 'site']
