import Glibc
import LinuxSystem
import TestSupport
import Testing

/// Promise 1 at any instant: between two system calls of arming and healing, too. FAULTLINE_KILL_POINTS=1000 for more;
/// FAULTLINE_KILL_VERBOSE=1 names each before it is struck.
@Suite("An agent that is killed", .serialized, .requiresRoot, .requires(.networkNamespaces))
struct KillPointTests {
    @Test("leaves the host as it was, at whatever instant it, its guardian or both are killed")
    func points() async throws {
        try await withTestNamespaces(count: 2) { hosts in
            let scene = try KillScene(hosts)
            defer { scene.close() }
            var times: [FaultPath: [Double]] = [:]
            var inside: [FaultPath: Int] = [:]
            let points = KillPoint.asked
            for point in points {
                if getenv("FAULTLINE_KILL_VERBOSE") != nil {
                    print(point)
                    fflush(nil)
                }
                do {
                    let (took, isInside) = try scene.strike(point)
                    times[point.path, default: []].append(took)
                    if isInside { inside[point.path, default: 0] += 1 }
                } catch {
                    Issue.record("\(point): \(error)")
                }
            }
            print(
                "\(points.count) kill points, seed \(points.first?.seed ?? 0); milliseconds until all was as before:"
            )
            for path in FaultPath.allCases {
                guard let found = times[path]?.sorted(), let most = found.last else { continue }
                let length = Double(try scene.length(of: path)) / 1e6
                print(
                    "  \(path.rawValue): path \(length.rounded()) ms, \(found.count) points, "
                        + "\(inside[path] ?? 0) before its end, median "
                        + "\(found[found.count / 2].rounded()), most \(most.rounded())"
                )
            }
            // Deaths that come too late show nothing.
            let struck = inside.values.reduce(0, +)
            #expect(struck * 2 >= points.count, "only \(struck) came before their path's end")
        }
    }
}
