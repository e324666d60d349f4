import Foundation

/// Chromium without a window. Every call ends within its time, and leaves no profile behind.
struct Browser {
    static let path: String? = [
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    ]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// - Parameter page: its URL.
    /// - Returns: what it wrote to its standard output.
    static func run(_ arguments: [String], on page: String) throws -> String {
        guard let path else { throw Failure(description: "no Chromium on this machine") }
        let profile = FileManager.default.temporaryDirectory
            .appendingPathComponent(
                "faultline-browser-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
            )
        defer { try? FileManager.default.removeItem(at: profile) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/timeout")
        process.arguments =
            [
                "120", path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--disable-dev-shm-usage", "--user-data-dir=\(profile.path)",
            ] + arguments + [page]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(description: "Chromium ended with \(process.terminationStatus)")
        }
        return String(decoding: data, as: UTF8.self)
    }
}
