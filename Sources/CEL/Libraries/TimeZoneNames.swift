import Foundation

/// The names of the IANA time zone database. Foundation reads more: abbreviations, of which several mean what they should not (`EET` is Istanbul),
/// and the old three-letter names of ICU.
enum TimeZoneNames {
    /// - Returns: nil for a name that is not in the database.
    static func zone(named name: String) -> TimeZone? {
        if let region = regions[name] { return TimeZone(identifier: region) }
        return name.contains("/") && name != "Etc/Unknown" ? TimeZone(identifier: name) : nil
    }

    /// Of the names without a slash (tz database, `backward` and `etcetera`), what each is a link to.
    private static let regions = [
        "CET": "Europe/Brussels", "CST6CDT": "America/Chicago", "Cuba": "America/Havana", "EET": "Europe/Athens", "EST": "America/Panama",
        "EST5EDT": "America/New_York", "Egypt": "Africa/Cairo", "Eire": "Europe/Dublin", "GB": "Europe/London", "GB-Eire": "Europe/London",
        "GMT": "Etc/GMT", "GMT+0": "Etc/GMT", "GMT-0": "Etc/GMT", "GMT0": "Etc/GMT", "Greenwich": "Etc/GMT", "HST": "Pacific/Honolulu",
        "Hongkong": "Asia/Hong_Kong", "Iceland": "Atlantic/Reykjavik", "Iran": "Asia/Tehran", "Israel": "Asia/Jerusalem",
        "Jamaica": "America/Jamaica", "Japan": "Asia/Tokyo", "Kwajalein": "Pacific/Kwajalein", "Libya": "Africa/Tripoli", "MET": "Europe/Brussels",
        "MST": "America/Phoenix", "MST7MDT": "America/Denver", "NZ": "Pacific/Auckland", "NZ-CHAT": "Pacific/Chatham", "Navajo": "America/Denver",
        "PRC": "Asia/Shanghai", "PST8PDT": "America/Los_Angeles", "Poland": "Europe/Warsaw", "Portugal": "Europe/Lisbon", "ROC": "Asia/Taipei",
        "ROK": "Asia/Seoul", "Singapore": "Asia/Singapore", "Turkey": "Europe/Istanbul", "UCT": "Etc/UTC", "Universal": "Etc/UTC", "UTC": "Etc/UTC",
        "W-SU": "Europe/Moscow", "WET": "Europe/Lisbon", "Zulu": "Etc/UTC",
    ]
}
