import Foundation
import Synchronization
import Telemetry
import Testing

@testable import Console

@Suite("What a collector is sent", .serialized)
struct OTLPTests {
    private static let needsPython = "needs opentelemetry-proto from PyPI (make install-test)"

    /// Reads a request as OpenTelemetry's own messages, which refuse what is not in them, and prints what stood there.
    private static let script = """
        import sys
        from google.protobuf import json_format
        from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
        from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
        data = sys.stdin.buffer.read()
        if sys.argv[1] == "metrics":
            request = json_format.Parse(data, ExportMetricsServiceRequest())
            resource = request.resource_metrics[0]
            for metric in resource.scope_metrics[0].metrics:
                kind = metric.WhichOneof("data")
                for point in getattr(metric, kind).data_points:
                    labels = ",".join(a.value.string_value.encode().hex() for a in point.attributes)
                    value = point.count if kind == "histogram" else getattr(point, point.WhichOneof("value"))
                    print(metric.name, metric.unit, kind, value, labels)
                    if kind == "histogram":
                        assert len(point.bucket_counts) == len(point.explicit_bounds) + 1
                        assert sum(point.bucket_counts) == point.count
                    if kind == "sum":
                        assert metric.sum.is_monotonic and metric.sum.aggregation_temporality == 2
                        assert 0 < point.start_time_unix_nano <= point.time_unix_nano
        else:
            request = json_format.Parse(data, ExportLogsServiceRequest())
            resource = request.resource_logs[0]
            for record in resource.scope_logs[0].log_records:
                print(record.severity_text, record.time_unix_nano, record.body.string_value)
        print("resource", ",".join(a.key + "=" + a.value.string_value for a in resource.resource.attributes))
        """

    private static func exporter(to receiver: Receiver, note: @escaping @Sendable (String) -> Void = { _ in })
        throws -> OTLPExporter
    {
        OTLPExporter(
            to: try WebTarget(receiver.url, option: "--otlp"),
            headers: [("authorization", "Bearer secret")],
            resource: OTLPResource(instance: "run 1", version: "1.2.3"),
            families: { HostileFamilies.families },
            note: note
        )
    }

    @Test(
        "OpenTelemetry's own messages hold all of it, hostile names too",
        .enabled(if: Reader.python != nil, Comment(rawValue: needsPython)),
        .timeLimit(.minutes(1))
    )
    func read() async throws {
        let receiver = try Receiver(answers: "(200, '{}')")
        let exporter = try Self.exporter(to: receiver)
        exporter.start(every: .seconds(60))
        let words = "a \"quoted\"\nline 🦔"
        exporter.tell(OTLPLogs.Record(at: 5, text: words, isWarning: true, attributes: []))
        await exporter.stop()
        let requests = receiver.requests
        let metrics = try #require(requests.first { $0.path == "/v1/metrics" })
        #expect(metrics.method == "POST")
        #expect(metrics.headers["content-type"] == "application/json")
        #expect(metrics.headers["authorization"] == "Bearer secret")
        let python = try #require(Reader.python)
        let said = try Reader.run(
            python,
            ["-c", Self.script, "metrics"],
            input: String(decoding: metrics.body, as: UTF8.self)
        )
        for value in HostileFamilies.values {
            let hex = MetricLabel("x", value).value.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
                .joined()
            #expect(said.contains("faultline_requests 1 sum 7 \(hex),62\n"), "\(value.prefix(20))")
        }
        #expect(said.contains("faultline_response_time_seconds s histogram 4 "))
        #expect(said.contains("service.name=faultline,service.version=1.2.3,service.instance.id=run 1"))
        // Infinity has no text in JSON, and is left out.
        #expect(said.split(separator: "\n").count { $0.hasPrefix("faultline_clock_offset_seconds") } == 2)
        let logs = try #require(requests.first { $0.path == "/v1/logs" })
        let log = try Reader.run(
            python,
            ["-c", Self.script, "logs"],
            input: String(decoding: logs.body, as: UTF8.self)
        )
        #expect(log.hasPrefix("WARN 5 \(words)\n"))
    }

    @Test(
        "what the collector cannot take now is sent again, and what it does not want is not",
        .timeLimit(.minutes(1))
    )
    func again() async throws {
        let busy = try Receiver(answers: "(503, '') if n < 2 else (200, '')")
        let notes = Mutex<[String]>([])
        let first = try Self.exporter(to: busy) { note in notes.withLock { $0.append(note) } }
        first.tell(OTLPLogs.Record(at: 1, text: "once", isWarning: false, attributes: []))
        await first.stop()
        #expect(busy.requests.filter { $0.path == "/v1/logs" }.count == 3)
        #expect(notes.withLock { $0 } == [])
        let closed = try Receiver(answers: "(401, 'who are you?')")
        let second = try Self.exporter(to: closed) { note in notes.withLock { $0.append(note) } }
        for number in 0..<5 {
            second.tell(OTLPLogs.Record(at: Int64(number), text: "x", isWarning: false, attributes: []))
        }
        await second.stop()
        #expect(closed.requests.filter { $0.path == "/v1/logs" }.count == 5)
        let told = notes.withLock { $0 }
        #expect(told.count == 1)
        #expect(told.first?.contains("401") == true)
        #expect(told.first?.contains("secret") == false)
    }

    @Test("a collector that is not there, or never answers, keeps nobody waiting", .timeLimit(.minutes(1)))
    func silent() async throws {
        let notes = Mutex<[String]>([])
        let silent = try Receiver(answers: "None")
        let exporter = try Self.exporter(to: silent) { note in notes.withLock { $0.append(note) } }
        exporter.start(every: .milliseconds(1))
        let clock = ContinuousClock()
        let telling = clock.measure {
            for number in 0..<100_000 {
                exporter.tell(OTLPLogs.Record(at: Int64(number), text: "x", isWarning: false, attributes: []))
            }
        }
        // One of them waiting for the far end would take its five seconds.
        #expect(telling < .seconds(5))
        let stopping = await clock.measure { await exporter.stop() }
        #expect(stopping < .seconds(20))
        #expect(notes.withLock { $0.count } == 1)
        #expect(silent.requests.count <= 4)
    }
}

@Suite("Whom documents are sent to")
struct WebTargetTests {
    @Test(
        "URLs of HTTP are taken, without what other users would see",
        arguments: [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/metrics"),
            ("https://grafana.example/base/", "https://grafana.example/base/v1/metrics"),
            ("http://[::1]:4318/", "http://[::1]:4318/v1/metrics"),
        ]
    )
    func taken(_ text: String, _ url: String) throws {
        #expect(try WebTarget(text, option: "--otlp").url("/v1/metrics") == url)
    }

    @Test(
        "anything else is refused, a password without being said again",
        arguments: [
            "", "localhost:4318", "ftp://x", "http://", "http://a/?x=1", "http://a/#x",
            "http://user:hunter2@a/",
            "http://hunter2@a/", "file:///etc/passwd", "http://" + String(repeating: "a", count: 3000),
        ]
    )
    func refused(_ text: String) {
        let error = #expect(throws: ListenError.self) { try WebTarget(text, option: "--otlp") }
        #expect(error?.message.contains("--otlp") == true)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test("headers of the environment are read as OpenTelemetry writes them, and an error says none of them")
    func headers() throws {
        let headers = try OTLPHeaders(" api-key = s%20e%2Cc , X-Other=1,,").all
        #expect(headers.map(\.0) == ["api-key", "x-other"])
        #expect(headers.map(\.1) == ["s e,c", "1"])
        for text in [
            "secret", "a b=secret", "=secret", "a=secret%zz", "a=secret%", "a=secret%0asecret", "a=%ff",
        ] {
            let error = #expect(throws: ListenError.self) { try OTLPHeaders(text) }
            #expect(error?.message.contains("secret") == false)
            #expect(error?.message.contains("entry 1") == true)
        }
        var generator = SystemRandomNumberGenerator()
        let pieces = ["a", "=", ",", "%", "41", "%0a", " ", "é", "\u{0}", "\r\n"]
        for _ in 0..<50_000 {
            let text = (0..<Int.random(in: 0...10, using: &generator))
                .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
            for (_, value) in (try? OTLPHeaders(text).all) ?? [] {
                #expect(value.utf8.allSatisfy { $0 >= 0x20 })
            }
        }
    }
}
