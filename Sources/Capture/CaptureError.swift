package import Measures

/// A capture that libpcap or the kernel refused, or that ended before its time.
package struct CaptureError: ReadableError, Hashable {
    /// What was tried, with its object: "capture on eth0".
    package let operation: String
    /// libpcap's PCAP_ERROR_ number, negative; 0 when the failure is not libpcap's.
    package let pcapCode: Int32
    /// libpcap's or the kernel's words.
    package let text: String
    package let remedy: String?
    package let exitCode: ExitCode

    package init(
        operation: String,
        pcapCode: Int32,
        text: String,
        remedy: String? = nil,
        exitCode: ExitCode = .agentFailed
    ) {
        self.operation = operation
        self.pcapCode = pcapCode
        self.text = text
        self.remedy = remedy
        self.exitCode = exitCode
    }

    package var code: String { pcapCode == 0 ? "capture.system" : "capture.pcap\(pcapCode)" }

    package var message: String {
        let text = "\(operation): \(text)\(pcapCode == 0 ? "" : " (pcap \(pcapCode))")"
        return remedy.map { "\(text). \($0)" } ?? text
    }
}
