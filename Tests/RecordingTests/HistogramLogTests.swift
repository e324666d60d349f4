import Foundation
import Measures
import Testing

@testable import Recording

@Suite struct HistogramLogTests {
    @Test("zlib's checksum and stored blocks", arguments: [0, 1, 65_535, 65_536, 200_000])
    func zlib(size: Int) {
        var random = SeededGenerator(seed: UInt64(size))
        let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
        let stream = ZlibContainer.wrap(bytes)
        #expect(ZlibContainer.unwrap(stream) == bytes)
        for index in [0, 2, 4, stream.count - 1] {
            var damaged = stream
            damaged[index] ^= 0x40
            #expect(ZlibContainer.unwrap(damaged) == nil, "byte \(index)")
        }
        #expect(ZlibContainer.adler32(Array("Wikipedia".utf8)) == 0x11e6_0398)
    }

    @Test(
        "base64 as in RFC 4648, section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func base64(plain: String, coded: String) {
        #expect(Base64.encode(Array(plain.utf8)) == coded)
        #expect(Base64.decode(coded) == Array(plain.utf8))
        #expect(Base64.decode(coded + "=") == nil && Base64.decode(coded + "a=b=") == nil)
    }

    @Test("a log is these lines")
    func golden() {
        var histogram = LatencyHistogram()
        histogram.record(nanoseconds: 2_500_000)
        let header = HistogramLog.header(startedAt: 1_795_421_732.25, text: "2026-11-23T08:55:32.25Z")
        #expect(
            header.hasSuffix(
                """
                #[Histogram log format version 1.3]
                #[BaseTime: 1795421732.250 (seconds since epoch)]
                #[StartTime: 1795421732.250 (seconds since epoch), 2026-11-23T08:55:32.25Z]
                "StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"

                """
            )
        )
        let line = HistogramLog.line(
            load: "browse, all",
            start: Instant(.milliseconds(3_000)),
            length: .milliseconds(1_001),
            histogram: histogram
        )
        #expect(line.hasPrefix("Tag=browse--all,3.000,1.001,2.500,HISTFAAAA"))
        #expect(line.hasSuffix("\n") && line.count { $0 == "\n" } == 1)
    }

    @Test("a log is read back; a torn last line is left out")
    func roundTrip() throws {
        let (text, histograms) = Self.sample()
        let entries = HistogramLog.entries(text)
        try #require(entries.count == histograms.count)
        for (index, entry) in entries.enumerated() {
            #expect(entry.load == (index % 2 == 0 ? "browse" : "buy"))
            #expect(entry.start == Instant(.seconds(index)) && entry.length == .milliseconds(1_000 + index))
            #expect(entry.histogram.counts == histograms[index].counts)
        }
        #expect(HistogramLog.entries(String(text.dropLast(9))).count == histograms.count - 1)
        #expect(HistogramLog.entries("rubbish\n1,2,3\n1e99,1,1,AAAA\n").isEmpty)
    }

    @Test(
        "PyPI's hdrhistogram reads the same counts, quantiles and maxima",
        .enabled(if: PythonHistogram.isInstalled, "python3 cannot import hdrh: pip install hdrhistogram")
    )
    func python() throws {
        let (text, histograms) = Self.sample()
        let read = try PythonHistogram.read(text)
        try #require(read.count == histograms.count)
        for (index, entry) in read.enumerated() {
            let ours = histograms[index]
            #expect(entry.tag == (index % 2 == 0 ? "browse" : "buy"))
            #expect(entry.count == ours.count)
            let quantiles = [(entry.p50, 0.5), (entry.p99, 0.99), (entry.max, 1)]
            for (theirs, quantile) in quantiles {
                let own = ours.value(atQuantile: quantile).nanoseconds
                // The greatest of a bucket against its middle or the exact maximum: one bucket at most.
                #expect(abs(theirs - own) <= max(512, own / 1_000), "\(quantile): \(theirs) and \(own)")
            }
            #expect(entry.start == 1_795_421_732_250 + Int64(index) * 1_000)
            #expect(entry.end == entry.start + 1_000 + Int64(index))
        }
    }

    private static func sample() -> (text: String, histograms: [LatencyHistogram]) {
        var random = SeededGenerator(seed: 10)
        var text = HistogramLog.header(startedAt: 1_795_421_732.25, text: "2026-11-23T08:55:32.25Z")
        var histograms: [LatencyHistogram] = []
        for index in 0..<8 {
            var histogram = LatencyHistogram()
            for _ in 0..<(index * index * 300) {
                histogram.record(
                    nanoseconds: Int64.random(
                        in: 0...(1 << Int64.random(in: 12...40, using: &random)),
                        using: &random
                    )
                )
            }
            histograms.append(histogram)
            text += HistogramLog.line(
                load: index % 2 == 0 ? "browse" : "buy",
                start: Instant(.seconds(index)),
                length: .milliseconds(1_000 + index),
                histogram: histogram
            )
        }
        return (text, histograms)
    }
}

/// The reader that others use.
private enum PythonHistogram {
    struct Entry: Decodable {
        let tag: String
        let count: Int
        let p50: Int64
        let p99: Int64
        let max: Int64
        /// Milliseconds since 1970.
        let start: Int64
        let end: Int64
    }

    static let isInstalled = (try? run("import hdrh.log, hdrh.histogram", argument: "")) != nil

    static func read(_ log: String) throws -> [Entry] {
        let file = FileManager.default.temporaryDirectory.appending(path: "fl-\(UUID().uuidString).hlog")
        try log.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = """
            import sys, json
            from hdrh.histogram import HdrHistogram
            from hdrh.log import HistogramLogReader
            reader = HistogramLogReader(sys.argv[1], HdrHistogram(1000, 3600000000000, 3))
            out = []
            while True:
                h = reader.get_next_interval_histogram()
                if h is None: break
                out.append(dict(tag=h.get_tag(), count=h.get_total_count(), p50=h.get_value_at_percentile(50),
                  p99=h.get_value_at_percentile(99), max=h.get_max_value(),
                  start=round(h.get_start_time_stamp()), end=round(h.get_end_time_stamp())))
            print(json.dumps(out))
            """
        return try JSONDecoder().decode([Entry].self, from: try run(script, argument: file.path))
    }

    private static func run(_ script: String, argument: String) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, argument]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure() }
        return data
    }

    struct Failure: Error {}
}
