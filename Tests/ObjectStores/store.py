"""The S3 of moto on a free port of loopback, which checks signatures, with one bucket and one user who may do everything.

Prints one line of JSON: endpoint, key_id, secret. Each line on standard input changes what is answered from then on, and
is answered by "ok":

    none            all as it should be
    refuse STATUS CODE   whoever puts an object is told so
    fail COUNT      the next requests are answered by 503
    cut BYTES       the line is lost after so many bytes of an object that is read
    drop BYTES      the line is lost after so many bytes of an object that is put
    forget COUNT    the next puts are done, and the line is lost before they are answered
    delay SECONDS   an object is put so much later

It ends when its standard input ends.
"""

import json
import os
import socket
import sys
import threading
import time

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"

import boto3
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server


class Faults:
    def __init__(self, application):
        self.application = application
        self.kind, self.arguments = "none", []

    def __call__(self, environment, start):
        method, puts = environment["REQUEST_METHOD"], environment["REQUEST_METHOD"] in ("PUT", "POST")
        if self.kind == "refuse" and puts:
            start(self.arguments[0] + " No", [("Content-Type", "application/xml")])
            return [f"<Error><Code>{self.arguments[1]}</Code><Message>no room</Message></Error>".encode()]
        if self.kind == "fail" and self.used_up():
            start("503 Slow Down", [])
            return [b"<Error><Code>SlowDown</Code></Error>"]
        if self.kind == "drop" and method == "PUT":
            environment["wsgi.input"].read(min(int(self.arguments[0]), int(environment["CONTENT_LENGTH"])))
            return self.hang_up(environment)
        if self.kind == "delay" and method == "PUT":
            time.sleep(float(self.arguments[0]))
        forgets = self.kind == "forget" and puts and self.used_up()
        try:
            answer = self.application(environment, start)
        except KeyError:  # moto's answer to a second end of an upload; this is Amazon's
            start("404 Not Found", [("Content-Type", "application/xml")])
            answer = [b"<Error><Code>NoSuchUpload</Code></Error>"]
        if forgets:
            list(answer)
            return self.hang_up(environment)
        if self.kind == "cut" and method == "GET" and "HTTP_RANGE" in environment:
            return self.cut(environment, b"".join(answer), int(self.arguments[0]))
        return answer

    def used_up(self):
        self.arguments[0] = int(self.arguments[0]) - 1
        return self.arguments[0] >= 0

    def cut(self, environment, body, count):
        yield body[:count]
        if len(body) > count:
            self.hang_up(environment)

    def hang_up(self, environment):
        environment["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
        raise ConnectionResetError


class Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_):
        pass


def main():
    faults = Faults(DomainDispatcherApplication(create_backend_app))
    server = make_server("127.0.0.1", 0, faults, threaded=True, request_handler=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    endpoint = f"http://127.0.0.1:{server.port}"

    def client(service):
        return boto3.client(
            service, endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")

    client("iam").create_user(UserName="antiphon")
    key = client("iam").create_access_key(UserName="antiphon")["AccessKey"]
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    client("iam").put_user_policy(
        UserName="antiphon", PolicyName="all", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [everything]}))
    client("s3").create_bucket(Bucket="bucket")
    print(json.dumps({"endpoint": endpoint, "key_id": key["AccessKeyId"], "secret": key["SecretAccessKey"]}), flush=True)
    for line in sys.stdin:
        faults.kind, *faults.arguments = line.split()
        print("ok", flush=True)


main()
