import Foundation
import Glibc

/// An HTTP server of somebody else (Python's), which keeps each request and answers as it is told, on a port of its own.
final class Receiver {
    struct Request {
        let method: String
        let path: String
        let headers: [String: String]
        let body: Data
    }

    let port: Int
    private let process = Process()
    private let folder: URL

    /// `answers`: a Python expression of `n`, the number of requests before this one: (status, body), or None: never.
    init(answers: String) throws {
        folder = FileManager.default.temporaryDirectory.appending(
            path: "faultline-receiver-\(UUID().uuidString)"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
        process.arguments = ["-c", Self.script(answers), folder.path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        // The port is the first line.
        var line = Data()
        while let byte = try output.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8) {
            line += byte
        }
        port = Int(String(decoding: line, as: UTF8.self)) ?? 0
    }

    deinit {
        // Threads of this process block other signals, and its children inherit that.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func script(_ answers: String) -> String {
        """
        import http.server, itertools, json, os, sys, threading, time
        numbers = itertools.count()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def handle_any(self):
                n = next(numbers)
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                head = {"method": self.command, "path": self.path,
                        "headers": {k.lower(): v for k, v in self.headers.items()}}
                name = os.path.join(sys.argv[1], "%06d" % n)
                open(name + ".body", "wb").write(body)
                open(name + ".part", "w").write(json.dumps(head))
                os.rename(name + ".part", name + ".head")
                answer = \(answers)
                if answer is None:
                    time.sleep(60)
                    return
                self.send_response(answer[0])
                data = answer[1].encode()
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
            do_POST = do_PATCH = do_GET = handle_any
            def log_message(self, *args): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        print(server.server_port, flush=True)
        server.serve_forever()
        """
    }

    /// In their order.
    var requests: [Request] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".head") }.sorted().compactMap { name in
            let head = folder.appending(path: name)
            let body = folder.appending(path: String(name.dropLast(5)) + ".body")
            guard let data = try? Data(contentsOf: head),
                let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any],
                let method = object["method"] as? String, let path = object["path"] as? String,
                let headers = object["headers"] as? [String: String]
            else { return nil }
            return Request(
                method: method,
                path: path,
                headers: headers,
                body: (try? Data(contentsOf: body)) ?? Data()
            )
        }
    }

    var url: String { "http://127.0.0.1:\(port)" }
}
