import LinuxSystem
import Measures
import Processes
import Undoing

/// Has a service running again that a fault was to end. As often as it is carried out, it runs once.
enum ServiceRestoration {
    static func perform(_ undo: ServiceUndo) throws {
        guard undo.boot == (try? Boot.identifier()) else { return try start(undo.service) }
        if !undo.isStruck, leads(undo.leader) { return }
        // Half ended: workers that outlive their leader hold its port, and would be nobody's.
        let left = try ServiceMembers(leader: undo.leader).kill()
        guard left.isComplete else {
            throw FaultError(
                "undo.service",
                "the service \(undo.service.name) cannot be started again: what is left of it does not end, pid "
                    + left.unaffected.map { String($0.pid) }.joined(separator: ", "),
                exitCode: .notHealed
            )
        }
        try start(undo.service, bornSince: undo.since, by: undo.starter)
    }

    static func start(_ service: ServiceCommand, bornSince: UInt64 = 0, by starter: String = ownProgram)
        throws
    {
        guard runner(of: service, bornSince: bornSince, by: starter) == nil else { return }
        _ = try ServiceProcess.start(service)
    }

    static var ownProgram: String { Directory.linkTarget("/proc/self/exe") ?? "" }

    /// A process in this network namespace with this command line: somebody started it again already. It leads a session,
    /// as every service that is started does: a child that a shell has forked and that runs nothing of its own yet bears
    /// the same line. `bornSince`: clock ticks since boot, so that a twin of the service, started like it, is not taken
    /// for it. `starter`: the program of whoever may have started it.
    static func runner(
        of service: ServiceCommand,
        bornSince: UInt64 = 0,
        by starter: String = ownProgram
    ) -> ProcessIdentity? {
        guard let own = try? NetworkNamespace.current.inode() else { return nil }
        let patience = Clocks.monotonic() + 1_000_000_000
        while true {
            var isUnsettled = false
            for status in ProcessTable.current().members(ofNetworkNamespace: own)
            where status.identity.startTime >= bornSince {
                guard let line = try? FileContents.read("/proc/\(status.identity.pid)/cmdline") else {
                    continue
                }
                let leads = status.session == status.identity.pid
                if leads, isCommand(line, of: status, service.command.arguments) { return status.identity }
                isUnsettled = isUnsettled || isBecoming(status, line, starter)
            }
            guard isUnsettled, Clocks.monotonic() < patience else { return nil }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 500_000)
        }
    }

    /// Between fork and exec a process bears its parent's command line, and for a moment none: it may be the service that a
    /// dying agent has just started. C: PF_KTHREAD, PF_FORKNOEXEC, in field 9 of proc_pid_stat(5).
    private static func isBecoming(_ status: ProcessStatus, _ line: [UInt8], _ starter: String) -> Bool {
        let pid = status.identity.pid
        guard let text = try? FileContents.text("/proc/\(pid)/stat"),
            let end = text.lastIndex(of: ")")
        else { return false }
        let fields = text[text.index(after: end)...].split(separator: " ")
        guard fields.count > 6, fields[0] != "Z", let flags = UInt64(fields[6]) else { return false }
        let isKernelThread = flags & 0x20_0000 != 0
        let hasNotExecuted = flags & 0x40 != 0
        if isKernelThread { return false }
        if line.isEmpty { return true }
        // " (deleted)" behind it, when it was replaced since.
        return hasNotExecuted && !starter.isEmpty
            && Directory.linkTarget("/proc/\(pid)/exe")?.hasPrefix(starter) ?? false
    }

    /// One that was killed a moment ago may still be listed: looked at for 50 ms.
    private static func leads(_ leader: ProcessIdentity) -> Bool {
        for _ in 0..<50 {
            guard let status = ProcessTable.status(of: leader.pid), status.identity == leader, status.isAlive
            else { return false }
            Clocks.sleepUntil(monotonic: Clocks.monotonic() + 1_000_000)
        }
        return true
    }

    /// Either exactly, or in the title that a server writes over it: "nginx: master process nginx -c nginx.conf".
    /// A title counts only of the program itself and of the session's first process, which a worker is not.
    static func isCommand(_ line: [UInt8], of status: ProcessStatus, _ arguments: [String]) -> Bool {
        let exact: [UInt8] = arguments.flatMap { Array($0.utf8) + [0] as [UInt8] }
        if line == exact { return true }
        guard status.session == status.identity.pid,
            let program = arguments.first?.split(separator: "/").last,
            program.utf8.prefix(15).elementsEqual(status.name.utf8)
        else { return false }
        let title = String(decoding: line, as: UTF8.self).split(separator: "\0").joined(separator: " ")
        return title.hasSuffix(" " + arguments.joined(separator: " "))
    }
}
