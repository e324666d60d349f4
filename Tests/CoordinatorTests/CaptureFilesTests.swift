import Foundation
import Testing

@testable import Coordinator

@Suite struct CaptureFilesTests {
    @Test("a host's captures are its own, in the order in which they were written")
    func order() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "fl-captures-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: url) }
        let folder = RunFolder(url)
        try FileManager.default.createDirectory(at: folder.recording, withIntermediateDirectories: true)
        let names = [
            "packets-web.10.pcap", "packets-web.9.pcap", "packets-web.11.pcap", "packets-web2.1.pcap",
            "packets-web.12.pcap.begun", "packets-web.pcap", "packets-web.x.pcap", "packets-w.1.pcap",
        ]
        for name in names { try Data().write(to: folder.recording.appending(path: name)) }
        #expect(
            folder.captures("web").map(\.lastPathComponent) == [
                "packets-web.9.pcap", "packets-web.10.pcap", "packets-web.11.pcap",
            ]
        )
        #expect(folder.captures("db").isEmpty)
    }
}
