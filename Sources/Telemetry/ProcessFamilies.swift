/// What this process is and costs, under the names that Prometheus' own clients use.
package struct ProcessFamilies: Sendable {
    package let version: String
    package let residentBytes: UInt64
    /// User and system, since the start.
    package let processorSeconds: Double
    package let openFiles: Int

    package init(version: String, residentBytes: UInt64, processorSeconds: Double, openFiles: Int) {
        self.version = version
        self.residentBytes = residentBytes
        self.processorSeconds = processorSeconds
        self.openFiles = openFiles
    }

    package var families: [MetricFamily] {
        [
            MetricFamily(
                "faultline_build_info",
                .gauge,
                "The program's version; always 1.",
                [MetricSample(.count(1), [MetricLabel("version", version)])]
            ),
            MetricFamily(
                "process_resident_memory",
                .gauge,
                unit: "bytes",
                "Resident memory of this process.",
                [MetricSample(.count(residentBytes))]
            ),
            MetricFamily(
                "process_cpu",
                .counter,
                unit: "seconds",
                "Processor time of this process, user and system.",
                [MetricSample(.number(processorSeconds))]
            ),
            MetricFamily(
                "process_open_fds",
                .gauge,
                "Open file descriptors of this process.",
                [MetricSample(.count(UInt64(max(0, openFiles))))]
            ),
        ]
    }
}
