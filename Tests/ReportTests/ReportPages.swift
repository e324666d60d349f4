import Foundation

/// Where the pages of the browser tests stay for a look: FAULTLINE_REPORT_KEEP, or a temporary folder.
struct ReportPages {
    let folder: URL
    let isKept: Bool

    init() throws {
        if let kept = ProcessInfo.processInfo.environment["FAULTLINE_REPORT_KEEP"] {
            folder = URL(fileURLWithPath: kept)
            isKept = true
        } else {
            folder = FileManager.default.temporaryDirectory
                .appendingPathComponent(
                    "faultline-report-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
                )
            isKept = false
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    func write(_ text: String, as name: String) throws -> URL {
        let file = folder.appendingPathComponent(name)
        try Data(text.utf8).write(to: file)
        return file
    }

    func remove() {
        guard !isKept else { return }
        try? FileManager.default.removeItem(at: folder)
    }
}
