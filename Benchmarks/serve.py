#!/usr/bin/env python3
"""Serves the answers that generate.py made, from memory, on a port of the loopback interface.

    serve.py FOLDER

Prints one line, `listening on PORT`, and serves until its standard input is closed. One server plays the Mesos master
(`POST /api/v1`, by the call's type), EC2 (`POST /`, by `Action`, `NextToken` and `ImageId.N`) and SSM (`POST /`, by `X-Amz-Target`), and,
with services.py, Marathon and the schedulers of thirty Kafka clusters (`GET`).
`POST /variant/N` puts the answers of FOLDER/variant-N over those of variant 0; `POST /variant/0` takes them away again. In variant 1 a broker of each
Kafka cluster is behind, too.
`POST /happen/task`, `/happen/agent` and `/happen/instance` let something happen to a machine, and from the first of them or of a `SUBSCRIBE` on the answers
are as happening.py has them, packed no more.
Connections are kept; signatures and credentials are not looked at.
"""

import gzip
import json
import re
import socketserver
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from urllib.parse import parse_qs

import happening
import services

# A request of ours is at most some hundred instance ids long.
BODY_BYTES_MAX = 1 << 20
# What a client that asks for gzip gets, below which a master would not bother.
GZIP_BYTES_MIN = 1024


class Answers:
    """All answers by name. Variants hold only what differs from variant 0."""

    def __init__(self, folder: Path):
        self.variants = {}
        for path in sorted(folder.glob("variant-*")):
            self.variants[int(path.name.split("-")[1])] = {file.name: file.read_bytes() for file in path.iterdir()}
        self.current = 0
        self.compressed: dict[tuple[int, str], bytes] = {}
        self.lock = threading.Lock()
        self.happening: happening.Happening | None = None

    def live(self) -> happening.Happening:
        with self.lock:
            if self.happening is None:
                self.happening = happening.Happening(self.get_kept)
            return self.happening

    def choose(self, variant: int) -> bool:
        if variant in self.variants:
            self.current = variant
        return self.current == variant

    def get_kept(self, name: str) -> bytes | None:
        return self.variants[0].get(name)

    def get(self, name: str, compressed: bool = False) -> bytes | None:
        if self.happening and (body := self.happening.answer(name)) is not None:
            return body
        variant = self.current if name in self.variants[self.current] else 0
        body = self.variants[variant].get(name)
        if body is None or not compressed or len(body) < GZIP_BYTES_MIN:
            return body
        with self.lock:
            key = (variant, name)
            if key not in self.compressed:
                self.compressed[key] = gzip.compress(body, compresslevel=6, mtime=0)
            return self.compressed[key]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A large body goes out in one call; small heads must not wait for it.
    disable_nagle_algorithm = True
    answers: Answers

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_BYTES_MAX:
            return self.reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "text/plain", b"")
        body = self.rfile.read(length)
        if match := re.fullmatch(r"/variant/(\d+)", self.path):
            found = self.answers.choose(int(match.group(1)))
            return self.reply(HTTPStatus.OK if found else HTTPStatus.NOT_FOUND, "text/plain", b"")
        if match := re.fullmatch(r"/happen/(task|agent|instance)", self.path):
            told = self.answers.live().happen(match.group(1))
            if told is None:
                return self.reply(HTTPStatus.GONE, "text/plain", b"nothing is left to which something could happen")
            return self.reply(HTTPStatus.OK, "application/json", json.dumps(told).encode())
        if self.path in ("/api/v1", "/master/api/v1", "/mesos/api/v1"):
            return self.mesos(body)
        target = self.headers.get("X-Amz-Target")
        if target and target.startswith("AmazonSQS."):
            return self.sqs(target.removeprefix("AmazonSQS."), json.loads(body))
        if target:
            return self.ssm(target)
        self.ec2({key: values[0] for key, values in parse_qs(body.decode()).items()})

    def do_GET(self) -> None:
        body = services.answer(self.path.partition("?")[0], is_lagging=self.answers.current == 1)
        if body is None:
            return self.reply(HTTPStatus.NOT_FOUND, "text/plain", b"404 Not Found: service not found.")
        self.reply(HTTPStatus.OK, "application/json", body)

    def mesos(self, body: bytes) -> None:
        # Only Mesos' large answers are worth compressing, and a master does so when asked.
        compressed = "gzip" in (self.headers.get("Accept-Encoding") or "")
        name = json.loads(body)["type"] + ".json"
        if name == "SUBSCRIBE.json":
            return self.subscribe()
        plain = self.answers.get(name)
        answer = plain if self.answers.happening else self.answers.get(name, compressed)
        if answer is None:
            return self.reply(HTTPStatus.NOT_IMPLEMENTED, "text/plain", f"no answer for {name}".encode())
        self.reply(HTTPStatus.OK, "application/json", answer, is_compressed=answer is not plain)

    def subscribe(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.answers.live().stream(lambda record: self.wfile.write(b"%x\r\n%b\r\n" % (len(record), record)))
        self.close_connection = True

    def ssm(self, target: str) -> None:
        answer = self.answers.get(target.rsplit(".", 1)[-1] + ".json")
        if answer is None:
            return self.reply(HTTPStatus.BAD_REQUEST, "application/x-amz-json-1.1", b'{"__type":"UnknownOperationException"}')
        self.reply(HTTPStatus.OK, "application/x-amz-json-1.1", answer)

    def sqs(self, action: str, request: dict) -> None:
        """The queue of AWS' events, by SQS' JSON protocol."""
        if action == "ReceiveMessage":
            answer = {"Messages": self.answers.live().receive(request.get("MaxNumberOfMessages", 1), request.get("WaitTimeSeconds", 0))}
        elif action == "DeleteMessageBatch":
            answer = {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]], "Failed": []}
        else:
            return self.reply(HTTPStatus.BAD_REQUEST, "application/x-amz-json-1.0", b'{"__type":"com.amazon.coral.service#UnknownOperationException"}')
        self.reply(HTTPStatus.OK, "application/x-amz-json-1.0", json.dumps(answer).encode())

    def ec2(self, form: dict[str, str]) -> None:
        action = form.get("Action", "")
        if action == "DescribeInstances" and form.get("Filter.1.Name") == "instance-id" and "Filter.2.Name" not in form:
            wanted = {value for key, value in form.items() if key.startswith("Filter.1.Value.")}
            return self.reply(HTTPStatus.OK, "text/xml", self.answers.live().only(wanted))
        page = form.get("NextToken", "page-0").removeprefix("page-")
        answer = self.answers.get(f"{action}.{page}.xml")
        if answer is None:
            error = f"<Response><Errors><Error><Code>InvalidAction</Code><Message>{action} {page}</Message></Error></Errors><RequestID>0</RequestID></Response>"
            return self.reply(HTTPStatus.BAD_REQUEST, "text/xml", error.encode())
        wanted = {value for key, value in form.items() if key.startswith("ImageId.")}
        if action == "DescribeImages" and wanted:
            answer = self.only(answer, wanted)
        self.reply(HTTPStatus.OK, "text/xml", answer)

    @staticmethod
    def only(answer: bytes, wanted: set[str]) -> bytes:
        """The images whose ids were asked for."""
        head, items, tail = re.fullmatch(r"(.*<imagesSet>)(.*)(</imagesSet>.*)", answer.decode(), re.DOTALL).groups()
        images = re.findall(r"<item><blockDeviceMapping>.*?<imageType>[^<]*</imageType></item>", items)
        return (head + "".join(image for image in images if re.search(r"<imageId>([^<]*)<", image).group(1) in wanted) + tail).encode()

    def reply(self, status: HTTPStatus, kind: str, body: bytes, is_compressed: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if is_compressed:
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request, client_address) -> None:
        # Whoever hangs up in the middle of an answer has been cancelled.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    Handler.answers = Answers(Path(sys.argv[1]))
    with Server(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(f"listening on {server.server_address[1]}", flush=True)
        while sys.stdin.buffer.read(65_536):
            pass
        server.shutdown()


if __name__ == "__main__":
    main()
