import Foundation
import Processes

/// PyPI's hdrhistogram, another reader of interval logs, in the folder that `make install-test` makes for it.
enum PythonHistograms {
    private static let python = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(
            path: ".build/hdrhistogram/bin/python"
        ).path

    static let isInstalled = FileManager.default.isExecutableFile(atPath: python)
    static let hint = "PyPI's hdrhistogram is missing: make install-test puts it into .build/hdrhistogram"

    /// One interval as it reads it.
    struct Interval: Decodable {
        let tag: String?
        /// Seconds since 1970.
        let start: Double
        let end: Double
        let count: Int
    }

    struct Reading: Decodable {
        let intervals: [Interval]
        /// Of all intervals together.
        let count: Int
        /// By percentile, nanoseconds: least and greatest of what it cannot tell from the value; 100 is the maximum.
        let quantiles: [String: [Int]]
    }

    /// What it reads in a log.
    static func read(_ log: String, in folder: String) throws -> Reading {
        let script = """
            import json, sys
            from hdrh.histogram import HdrHistogram
            from hdrh.log import HistogramLogReader
            whole = None
            reader = HistogramLogReader(sys.argv[1], HdrHistogram(1, 3600 * 10**9, 3))
            intervals = []
            while True:
                interval = reader.get_next_interval_histogram()
                if interval is None:
                    break
                intervals.append({
                    "tag": interval.get_tag(), "count": interval.get_total_count(),
                    "start": interval.get_start_time_stamp() / 1e3, "end": interval.get_end_time_stamp() / 1e3,
                })
                # Of the log's own configuration.
                if whole is None:
                    whole = interval
                else:
                    whole.add(interval)
            reader.close()
            count = whole.get_total_count()
            values = {p: whole.get_value_at_percentile(p) for p in (50, 90, 99, 99.9, 100)}
            quantiles = {
                str(p): [whole.get_lowest_equivalent_value(v), whole.get_highest_equivalent_value(v)]
                for p, v in values.items()
            }
            print(json.dumps({"intervals": intervals, "count": count, "quantiles": quantiles}))
            """
        let output = "\(folder)/reading.json"
        let process = try Spawner.spawn(
            Command(
                [python, "-c", script, log],
                environment: ["PATH": "/usr/bin:/bin"],
                directory: folder,
                log: output
            )
        )
        _ = process.wait(for: .seconds(60))
        return try JSONDecoder().decode(Reading.self, from: Data(contentsOf: URL(fileURLWithPath: output)))
    }
}
