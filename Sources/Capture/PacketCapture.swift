import LinuxSystem
import Synchronization

/// Records the packets of one interface, both ways, to pcap files with stamps in nanoseconds (CLOCK_REALTIME, the
/// kernel's). It runs from its init until `stop`; its latest packets are kept, see `CaptureRing`.
package final class PacketCapture: Sendable {
    private let recorder: Recorder
    private let thread: Mutex<PinnedThread?>

    /// In the calling thread's network namespace; what comes from now on is captured.
    ///
    /// `filter`: as for tcpdump, nil for all. `file`: "NAME.pcap" stands for NAME.1.pcap, NAME.2.pcap and so on.
    /// `snapshotLength`: what is kept of a packet, bytes, 1 to 262144; the default holds the longest headers of TCP in IPv4.
    /// No more than `files` files of `fileBytes` bytes are there at any time.
    package init(
        interface: String,
        filter: String?,
        file: String,
        snapshotLength: Int32 = 136,
        fileBytes: Int64 = 16 << 20,
        files: Int = 4
    ) throws(CaptureError) {
        var tap = try Tap(
            interface: interface,
            filter: filter ?? "",
            snapshotLength: min(max(snapshotLength, 1), 262_144)
        )
        try tap.write(to: file, fileBytes: fileBytes, files: files)
        do throws(SystemError) {
            let recorder = try Recorder(tap)
            thread = Mutex(try PinnedThread(name: "capture") { recorder.run() })
            self.recorder = recorder
        } catch {
            throw CaptureError(operation: "capture on \(interface)", pcapCode: 0, text: error.message)
        }
    }

    /// What has been captured up to the call is in the file when it returns, after some 60 ms. Twice is once.
    @discardableResult
    package func stop() -> CaptureSummary {
        recorder.requestStop()
        return thread.withLock { thread in
            if let running = thread.take() { running.join() }
            return recorder.summary
        }
    }

    /// Not waited for: the thread has what it needs and closes the file.
    deinit { recorder.requestStop() }
}
