#!/usr/bin/python3
"""Makes gRPC calls with python3-grpcio and python3-protobuf for another program.

usage: grpc_caller.py TARGET DESCRIPTOR_SET

Reads one call a line from standard input and answers each with one line, in any order:
  {"id", "path", "request": base64, "requestType", "responseType", "metadata": {}, "timeoutMs", "leaveAfterMs", "unary": true}
  {"id", "response": base64 | null, "code", "message", "details": base64 | null, "metadata": {}}
Each message is parsed and written again by Python's own protobuf, as a generated stub would do it.
"""
import base64
import json
import sys
import threading

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, empty_pb2, message_factory, timestamp_pb2  # noqa: F401

MAX_BYTES = 16 * 1024 * 1024


def load(path):
    """Message classes by full name."""
    pool = descriptor_pool.DescriptorPool()
    with open(path, "rb") as file:
        for described in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
            pool.Add(described)
    factory = message_factory.MessageFactory(pool)
    return lambda name: factory.GetPrototype(pool.FindMessageTypeByName(name))


def main():
    target, descriptors = sys.argv[1:]
    message = load(descriptors)
    options = [("grpc.max_receive_message_length", MAX_BYTES), ("grpc.max_send_message_length", MAX_BYTES)]
    channel = grpc.insecure_channel(target, options=options)
    lock = threading.Lock()

    def answer(content):
        with lock:
            sys.stdout.write(json.dumps(content) + "\n")
            sys.stdout.flush()

    def start(call):
        request = message(call["requestType"]).FromString(base64.b64decode(call["request"]))
        method = channel.unary_unary(
            call["path"],
            request_serializer=lambda value: value.SerializeToString(),
            response_deserializer=message(call["responseType"]).FromString,
        )
        timeout = call["timeoutMs"] / 1000 if call.get("timeoutMs") else None
        metadata = tuple((name, value) for name, value in call.get("metadata", {}).items())
        pending = method.future(request, timeout=timeout, metadata=metadata)

        def settle(done):
            result = {"id": call["id"], "response": None, "code": 0, "message": "", "details": None, "metadata": {}}
            if done.cancelled():
                result.update(code=1, message="cancelled")
            else:
                result["metadata"] = {name: value for name, value in done.initial_metadata() or () if isinstance(value, str)}
                error = done.exception()
                if error is None:
                    result["response"] = base64.b64encode(done.result().SerializeToString()).decode()
                else:
                    trailers = dict(error.trailing_metadata() or ())
                    details = trailers.get("grpc-status-details-bin")
                    result.update(code=error.code().value[0], message=error.details() or "")
                    result["details"] = base64.b64encode(details).decode() if details else None
            answer(result)

        pending.add_done_callback(settle)
        if call.get("leaveAfterMs"):
            timer = threading.Timer(call["leaveAfterMs"] / 1000, pending.cancel)
            timer.daemon = True
            timer.start()

    for line in sys.stdin:
        start(json.loads(line))


main()
