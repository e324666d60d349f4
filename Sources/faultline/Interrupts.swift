import Coordinator
import LinuxSystem

#if canImport(Glibc)
import Glibc
#endif

/// Ctrl-C, and what else asks a program to end: the run stops, and is still accounted for.
enum Interrupts {
    /// Cancelled, the task stops nothing any more. `words`: what is told when a signal comes.
    static func stop(_ stopSwitch: StopSwitch, telling observer: TerminalObserver, _ words: String) -> Task<
        Void, Never
    > {
        let signals = Signals([SIGINT, SIGTERM, SIGHUP])
        return Task {
            await signals.first()
            guard !Task.isCancelled else { return }
            observer.stage(words)
            stopSwitch.stop(.user)
        }
    }
}
