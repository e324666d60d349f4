import LinuxSystem
package import Telemetry

/// /metrics: what a scraper reads, in the format that it asks for.
package struct MetricsPage: Sendable {
    let version: String
    let families: @Sendable (_ now: Int64) -> [MetricFamily]

    /// - Parameter families: at an instant of CLOCK_MONOTONIC, nanoseconds; called once a scrape.
    package init(version: String, families: @escaping @Sendable (_ now: Int64) -> [MetricFamily]) {
        self.version = version
        self.families = families
    }

    /// Also what is sent to a collector.
    package func all() -> [MetricFamily] {
        let usage = OwnUsage.read()
        let process = ProcessFamilies(
            version: version,
            residentBytes: usage.residentBytes,
            processorSeconds: usage.processorSeconds,
            openFiles: usage.openFiles
        )
        return families(Clocks.monotonic()) + process.families
    }

    package var page: WebPage {
        { accept in
            let format = Exposition.Format(accepting: accept)
            return WebAnswer(contentType: format.contentType, body: Exposition(all()).text(format))
        }
    }
}
