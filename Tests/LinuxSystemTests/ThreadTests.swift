import Glibc
import LinuxSystem
import Synchronization
import TestSupport
import Testing

@Suite("Threads of their own")
struct ThreadTests {
    private struct Refusal: Error, Equatable {}

    @Test("the body runs on another thread, under its name, and is over after join")
    func runs() throws {
        let seen = Mutex<[String]>([])
        let own = CurrentThread.identifier
        let thread = try PinnedThread(name: "a-name-that-is-too-long") {
            let name = (try? FileContents.text("/proc/self/task/\(CurrentThread.identifier)/comm")) ?? ""
            seen.withLock { $0 = [name, String(CurrentThread.identifier != own)] }
        }
        thread.join()
        #expect(seen.withLock { $0 } == ["a-name-that-is-\n", "true"])
    }

    @Test("what the body returns comes back, also a noncopyable one; what it throws is thrown")
    func outcomes() throws {
        #expect(try PinnedThread.run(name: "sum") { 20 + 22 } == 42)
        let wakeup = try PinnedThread.run(name: "owner") { try Wakeup() }
        wakeup.signal()
        #expect(wakeup.clear() == true)
        #expect(throws: Refusal()) { try PinnedThread.run(name: "throws") { throw Refusal() } }
    }

    @Test("a refused real-time priority is told and the thread runs all the same")
    func priority() throws {
        let ran = Mutex(false)
        // SCHED_FIFO ends at 99.
        let thread = try PinnedThread(name: "too-high", realtimePriority: 100) { ran.withLock { $0 = true } }
        let refusal = thread.realtimeRefusal
        thread.join()
        #expect(refusal?.errno == EINVAL)
        #expect(ran.withLock { $0 })
    }

    @Test("a real-time priority is the thread's from its first instruction", .requires(.realtimeScheduling))
    func realtime() throws {
        let seen = Mutex<[Int32]>([])
        let thread = try PinnedThread(name: "realtime", realtimePriority: 3) {
            var parameters = sched_param()
            sched_getparam(0, &parameters)
            seen.withLock { $0 = [sched_getscheduler(0), parameters.sched_priority] }
        }
        let refusal = thread.realtimeRefusal
        thread.join()
        #expect(refusal == nil)
        #expect(seen.withLock { $0 } == [SCHED_FIFO, 3])
    }

    @Test("a feature is probed once")
    func probedOnce() {
        let count = Mutex(0)
        let feature = Feature(name: "trial", needs: "nothing") {
            count.withLock { $0 += 1 }
            return .no("because")
        }
        #expect(feature.answer() == .no("because"))
        #expect(feature.answer().reason == "because")
        #expect(count.withLock { $0 } == 1)
    }
}
