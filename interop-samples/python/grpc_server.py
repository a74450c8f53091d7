#!/usr/bin/python3
"""Serves gRPC with python3-grpcio and python3-protobuf for another program, which knows what the services do.

usage: grpc_server.py PORT DESCRIPTOR_SET SERVICE...

Tells of each call on standard output, one line each, and takes its answer from standard input:
  {"ready": true}
  {"id", "path", "metadata": {}, "timeoutMs"}, {"id", "request": base64, "raw": base64}, {"id", "whole": true}, {"id", "pull": true}, {"id", "over": true}
  {"id", "response": base64}, {"id", "code", "message", "details": base64 | null}
A call's first line, its requests and their end; pull asks for one response or for the end of them, so that nothing is made that the caller does not
take. over: the call has ended in whatever way. Each message is parsed and written again by Python's own protobuf; raw is the request as it came.
"""
import base64
import itertools
import json
import queue
import sys
import threading
from concurrent import futures

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf import empty_pb2, timestamp_pb2  # noqa: F401

MAX_BYTES = 16 * 1024 * 1024
LONGEST_MS = 86_400_000
CODES = {code.value[0]: code for code in grpc.StatusCode}


class Calls:
    """The calls in progress, and the lines about them."""

    def __init__(self):
        self._ids = itertools.count(1)
        self._answers = {}
        self._lock = threading.Lock()

    def tell(self, **content):
        with self._lock:
            sys.stdout.write(json.dumps(content) + "\n")
            sys.stdout.flush()

    def open(self):
        call = next(self._ids)
        self._answers[call] = queue.Queue()
        return call, self._answers[call]

    def close(self, call):
        answers = self._answers.pop(call, None)
        if answers:
            answers.put(None)
            self.tell(id=call, over=True)

    def read(self):
        for line in sys.stdin:
            answer = json.loads(line)
            answers = self._answers.get(answer["id"])
            if answers:
                answers.put(answer)


def messages(described):
    """Message classes by full name."""
    pool = descriptor_pool.DescriptorPool()
    for file in described:
        pool.Add(file)
    factory = message_factory.MessageFactory(pool)
    return lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name.lstrip(".")))


def handler(calls, path, method, message):
    request_class, response_class = message(method.input_type), message(method.output_type)

    def serve(requests, context):
        call, answers = calls.open()
        remaining = context.time_remaining()
        timeout = remaining * 1000 if remaining is not None and remaining * 1000 < LONGEST_MS else 0
        metadata = {name: value for name, value in context.invocation_metadata() if isinstance(value, str)}
        calls.tell(id=call, path=path, metadata=metadata, timeoutMs=timeout)
        if not context.add_callback(lambda: calls.close(call)):
            calls.close(call)
        context.send_initial_metadata((("x-served-by", "python-server"),))

        def read():
            try:
                for raw, request in requests:
                    written = base64.b64encode(request.SerializeToString()).decode()
                    calls.tell(id=call, request=written, raw=base64.b64encode(raw).decode())
                calls.tell(id=call, whole=True)
            except grpc.RpcError:
                pass  # the caller has left

        threading.Thread(target=read, daemon=True).start()
        while True:
            calls.tell(id=call, pull=True)
            answer = answers.get()
            if answer is None:
                return
            if "response" in answer:
                yield response_class.FromString(base64.b64decode(answer["response"]))
            elif answer["code"] == 0:
                return
            else:
                if answer["details"]:
                    context.set_trailing_metadata((("grpc-status-details-bin", base64.b64decode(answer["details"])),))
                context.abort(CODES[answer["code"]], answer["message"])

    def single(requests, context):
        for response in serve(requests, context):
            return response

    kind = ("stream" if method.client_streaming else "unary", "stream" if method.server_streaming else "unary")
    behaviour = serve if method.server_streaming else single
    make = getattr(grpc, f"{kind[0]}_{kind[1]}_rpc_method_handler")
    return make(
        behaviour if method.client_streaming else lambda request, context: behaviour(iter([request]), context),
        request_deserializer=lambda raw: (raw, request_class.FromString(raw)),
        response_serializer=lambda response: response.SerializeToString(),
    )


def main():
    port, descriptors, *names = sys.argv[1:]
    with open(descriptors, "rb") as file:
        described = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file
    message = messages(described)
    calls = Calls()
    options = [("grpc.max_receive_message_length", MAX_BYTES), ("grpc.max_send_message_length", MAX_BYTES), ("grpc.max_metadata_size", 65536)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=128), options=options)
    for file in described:
        for service in file.service:
            name = f"{file.package}.{service.name}"
            if name in names:
                handlers = {method.name: handler(calls, f"/{name}/{method.name}", method, message) for method in service.method}
                server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
    if server.add_insecure_port(f"127.0.0.1:{port}") == 0:
        sys.exit(f"port {port} is taken")
    server.start()
    calls.tell(ready=True)
    calls.read()
    server.stop(None).wait()


main()
