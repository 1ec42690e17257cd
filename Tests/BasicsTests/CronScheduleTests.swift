import Basics
import Testing

@Suite struct CronScheduleTests {
    static func instant(_ text: String) -> Instant { Instant(text) ?? Instant(secondsSinceEpoch: 0) }

    @Test(arguments: [
        ("0 6 * * *", "2026-11-25T05:59:59Z", "2026-11-24T06:00:00Z", "2026-11-25T06:00:00Z"),
        ("0 6 * * *", "2026-11-25T06:00:00Z", "2026-11-25T06:00:00Z", "2026-11-26T06:00:00Z"),
        ("*/15 9-17 * * mon-fri", "2026-11-28T12:00:00Z", "2026-11-27T17:45:00Z", "2026-11-30T09:00:00Z"),
        ("0 0 29 feb *", "2026-11-25T00:00:00Z", "2024-02-29T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 2 *", "2099-01-01T00:00:00Z", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
        // Both days restricted: either is due.
        ("0 0 13 * 5", "2026-11-13T00:00:00Z", "2026-11-13T00:00:00Z", "2026-11-20T00:00:00Z"),
        ("0 0 1,15 * 7", "2026-11-25T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"),
        ("@weekly", "2026-11-25T00:00:00Z", "2026-11-22T00:00:00Z", "2026-11-29T00:00:00Z"),
        ("@yearly", "1969-06-01T00:00:00Z", "1969-01-01T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("0\t0  29 2 */7", "2026-11-25T00:00:00Z", "2004-02-29T00:00:00Z", "2032-02-29T00:00:00Z"),
        ("0 0 29 2 */7", "2090-01-01T00:00:00Z", "2088-02-29T00:00:00Z", "2128-02-29T00:00:00Z"),
        ("5/20 * * * *", "2026-11-25T10:26:00Z", "2026-11-25T10:25:00Z", "2026-11-25T10:45:00Z"),
    ])
    func `a schedule knows when it was and will be due`(text: String, at: String, latest: String, next: String) throws {
        let schedule = try CronSchedule(text)
        #expect(schedule.latest(atOrBefore: Self.instant(at)) == Self.instant(latest))
        #expect(schedule.next(after: Self.instant(at)) == Self.instant(next))
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "a * * * *", "5-1 * * * *", "*/0 * * * *",
        "1,,2 * * * *", "1- * * * *", "*/x * * * *", "*/+5 * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@reboot", "1/2/3 * * * *", "-1 * * * *",
    ])
    func `what is no schedule is said to be none`(text: String) {
        #expect(throws: CronError.self) { try CronSchedule(text) }
    }

    @Test func `MD5 is that of RFC 1321`() {
        #expect(LegacyDigest.md5([]) == "d41d8cd98f00b204e9800998ecf8427e")
        #expect(LegacyDigest.md5(Array("message digest".utf8)) == "f96b697d7cb7938d525a2f31aaf161d0")
    }
}
