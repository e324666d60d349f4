import Capture
import Measures

extension CaptureSummary {
    /// "1200 packets, 96 kB captured; 3 dropped by the kernel"
    var words: String {
        var words = "\(packets) packets, \(bytes / 1000) kB captured"
        if dropped > 0 { words += "; \(dropped) dropped by the kernel" }
        if reachedLimit { words += "; the size limit ended it" }
        if let failure { words += "; it ended early: \(failure.message)" }
        return words
    }
}
