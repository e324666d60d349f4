import Cgroups
import Measures
import Testing

@Suite("What the kernel says of control groups")
struct CgroupTextTests {
    @Test(
        "a line of mountinfo is a hierarchy of version 1 or 2, or none",
        arguments: [
            (
                "31 25 0:27 / /sys/fs/cgroup/cpu rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct",
                CgroupMount(version: .one(["cpu", "cpuacct"]), point: "/sys/fs/cgroup/cpu", root: "/")
            ),
            (
                "32 25 0:28 /docker/1 /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate",
                CgroupMount(version: .two, point: "/sys/fs/cgroup", root: "/docker/1")
            ),
            (
                "33 25 0:29 / /a\\040b rw - cgroup none rw,xattr,name=systemd",
                CgroupMount(version: .one(["name=systemd"]), point: "/a b", root: "/")
            ),
            ("34 25 0:30 / /tmp rw - tmpfs tmpfs rw", nil), ("", nil), ("31 25 0:27 / /x rw cgroup", nil),
        ]
    )
    func mount(line: String, expected: CgroupMount?) {
        #expect(CgroupMount(parsing: line[...]) == expected)
    }

    @Test("a group is found below what a container sees, and nowhere else")
    func folder() {
        let mount = CgroupMount(version: .two, point: "/sys/fs/cgroup", root: "/docker/1")
        #expect(mount.folder(of: "/docker/1/app") == "/sys/fs/cgroup/app")
        #expect(mount.folder(of: "/docker/1") == "/sys/fs/cgroup")
        #expect(mount.folder(of: "/docker/2") == nil)
        #expect(mount.folder(of: "/docker/1/../../etc") == nil)
        #expect(mount.folder(of: "docker/1") == nil)
    }

    @Test("a process is in one group of each hierarchy, and a removed one is named as before")
    func membership() {
        let text = "9:name=systemd:/init\n4:memory:/a/b (deleted)\n1:cpu,cpuacct:/c\n0::/d\nnonsense\n7:x"
        let found = CgroupMembership(parsing: text)
        let mount = { CgroupMount(version: $0, point: "/x", root: "/") }
        #expect(found.path(in: mount(.two)) == "/d")
        #expect(found.path(in: mount(.one(["memory"]))) == "/a/b")
        #expect(found.path(in: mount(.one(["cpuacct", "cpu"]))) == "/c")
        #expect(found.path(in: mount(.one(["blkio"]))) == nil)
        #expect(found.entries.count == 4)
    }

    @Test("the kernel's files are read as their format says, and what is none is left out")
    func formats() {
        #expect(
            CgroupText.numbers("nr_periods 12\nnr_throttled x\nusage_usec 7\n") == [
                "nr_periods": 12, "usage_usec": 7,
            ]
        )
        #expect(
            CgroupText.pairs(of: "8:0", in: "8:16 rbps=1\n8:0 rbps=max wbps=5\n") == [
                "rbps": "max", "wbps": "5",
            ]
        )
        #expect(CgroupText.pairs(of: "9:9", in: "8:0 rbps=max") == nil)
        #expect(CgroupText.sum(of: "Read", in: "8:0 Read 3\n8:16 Read 4\n8:0 Write 9\nTotal 16\n") == 7)
        #expect(CgroupText.sum(of: "Sync", in: "") == nil)
    }

    /// 20,000 random texts made of what these files are made of: never a trap.
    @Test("mutated text is read or left out, and ends nothing")
    func fuzz() {
        var generator = SeededGenerator(seed: 3)
        let pieces = [
            "1", ":", "/", " - ", "cgroup", "cgroup2", "\\04", "\\040", "cpu", "\n", " ", "name=", "..",
            "\u{0}", "é", "99999999999999999999",
        ]
        for _ in 0..<20_000 {
            let count = Int(generator.next() % 24)
            let text = (0..<count).map { _ in pieces[Int(generator.next() % UInt64(pieces.count))] }.joined()
            let mounts = CgroupMounts(parsing: text)
            let membership = CgroupMembership(parsing: text)
            for mount in mounts.mounts {
                for entry in membership.entries { _ = mount.folder(of: entry.path) }
            }
            _ = CgroupText.numbers(text[...])
            _ = CgroupText.pairs(of: "1", in: text[...])
            _ = CgroupText.sum(of: "1", in: text[...])
        }
    }
}
