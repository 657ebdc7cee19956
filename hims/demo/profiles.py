"""Kinds of stays from which the generated part of the demo hospital is drawn. Synthetic; codes are checked in a test."""

from __future__ import annotations

from dataclasses import dataclass

# Chronic conditions any adult may have besides; (code, words).
CHRONIC = (
    ("I10", "hypertension"),
    ("E785", "hyperlipidemia"),
    ("E119", "type 2 diabetes without complications"),
    ("K219", "gastro-esophageal reflux without esophagitis"),
    ("E039", "hypothyroidism"),
    ("M1990", "osteoarthritis"),
    ("D649", "anemia"),
    ("G4733", "obstructive sleep apnea"),
)


@dataclass(frozen=True)
class Profile:
    """One kind of stay.

    principal and fixed: (code, POA, words); age: years from and to; stay: nights from and to; procedures: PCS codes with words.
    """

    name: str
    encounter_class: str
    service: str
    attending: str
    reason: str
    principal: tuple[str, str, str]
    age: tuple[int, int]
    stay: tuple[int, int]
    fixed: tuple[tuple[str, str, str], ...] = ()
    procedures: tuple[tuple[str, str], ...] = ()
    sex: str = ""
    course: str = ""
    hypertensive: bool = False
    weight: int = 3
    hcpcs: tuple[tuple[str, str, int], ...] = ()


PROFILES = (
    Profile("heart failure", "inpatient", "Medicine", "hartmann", "Shortness of breath",
            ("I110", "Y", "hypertensive heart disease with heart failure"), (58, 92), (3, 7),
            (("I5033", "Y", "acute on chronic diastolic heart failure"),), hypertensive=True,
            course="Improved with intravenous furosemide; weight down 4 kg at discharge."),
    Profile("pneumonia", "inpatient", "Medicine", "hartmann", "Fever and cough",
            ("J189", "Y", "pneumonia, organism not identified"), (40, 90), (2, 6),
            course="Treated with ceftriaxone and azithromycin, changed to oral therapy on day 3."),
    Profile("COPD exacerbation", "inpatient", "Medicine", "tanaka", "Wheezing and shortness of breath",
            ("J441", "Y", "chronic obstructive pulmonary disease with acute exacerbation"), (50, 85), (2, 5),
            (("Z87891", "", "former smoker"),), course="Steroids and bronchodilators; room air at discharge."),
    Profile("urinary tract infection", "inpatient", "Medicine", "hartmann", "Fever and dysuria",
            ("N390", "Y", "urinary tract infection"), (60, 92), (2, 4),
            (("B9620", "Y", "Escherichia coli as the cause"),), course="Grew Escherichia coli, treated."),
    Profile("stroke", "inpatient", "Neurology", "hartmann", "Right-sided weakness",
            ("I639", "Y", "cerebral infarction"), (55, 90), (3, 8),
            (("G8191", "Y", "hemiplegia of the dominant right side"),), course="No thrombolysis; rehabilitation began."),
    Profile("myocardial infarction", "inpatient", "Cardiology", "okafor", "Chest pressure",
            ("I214", "Y", "non-ST elevation myocardial infarction"), (48, 85), (2, 5),
            (("I2510", "Y", "coronary artery disease of native vessels"),), course="Medical management."),
    Profile("gastrointestinal bleeding", "inpatient", "Medicine", "hartmann", "Black stools",
            ("K922", "Y", "gastrointestinal hemorrhage"), (50, 88), (2, 5),
            (("D62", "Y", "acute blood loss anemia"),), course="Stable after two units."),
    Profile("gallbladder", "inpatient", "General surgery", "reyes", "Right upper quadrant pain",
            ("K8000", "Y", "gallstones with acute cholecystitis"), (25, 75), (1, 3),
            procedures=(("0FT44ZZ", "laparoscopic removal of the gallbladder"),), course="No complication."),
    Profile("appendicitis", "inpatient", "General surgery", "reyes", "Abdominal pain",
            ("K3580", "Y", "acute appendicitis"), (12, 50), (1, 2),
            procedures=(("0DTJ4ZZ", "laparoscopic removal of the appendix"),), course="Laparoscopic appendectomy; home next day."),
    Profile("knee replacement", "inpatient", "Orthopedics", "lindqvist", "Right knee pain",
            ("M1711", "Y", "primary osteoarthritis of the right knee"), (55, 85), (1, 3),
            procedures=(("0SRC0J9", "replacement of the right knee, cemented"),), course="Walked on the day of surgery."),
    Profile("delivery", "inpatient", "Obstetrics", "banerjee", "Labor at term",
            ("O80", "", "uncomplicated delivery at term"), (19, 39), (1, 2),
            (("Z3A39", "", "39 weeks of gestation"), ("Z370", "", "single live birth")),
            (("10E0XZZ", "delivery"),), sex="F", course="Spontaneous delivery of a healthy infant.", weight=4),
    Profile("cellulitis", "inpatient", "Medicine", "hartmann", "Red, swollen leg",
            ("L03115", "Y", "cellulitis of the right lower limb"), (35, 85), (2, 5), course="Improved on cefazolin."),
    Profile("ketoacidosis", "inpatient", "Medicine", "hartmann", "Vomiting and high glucose",
            ("E1010", "Y", "type 1 diabetes with ketoacidosis"), (18, 45), (1, 4), course="Insulin infusion; the gap closed."),
    Profile("kidney injury", "inpatient", "Medicine", "hartmann", "Weakness and low urine output",
            ("N179", "Y", "acute kidney failure"), (55, 90), (2, 6),
            (("E860", "Y", "dehydration"),), course="Creatinine fell from 3.1 to 1.2 with fluids."),
    Profile("depression", "inpatient", "Psychiatry", "feldman", "Low mood with thoughts of self-harm",
            ("F332", "Y", "major depressive disorder, recurrent, severe, without psychotic features"), (19, 65), (4, 9),
            (("R45851", "Y", "suicidal ideations"),), course="Medication changed; safety plan made."),
    Profile("chest pain", "emergency", "Emergency", "novak", "Chest pain",
            ("R079", "", "chest pain"), (25, 80), (0, 0), course="Serial troponins normal; home with follow-up.",
            weight=5),
    Profile("ankle sprain", "emergency", "Emergency", "novak", "Ankle injury",
            ("S93401A", "", "sprain of the right ankle"), (14, 60), (0, 0), course="No fracture on film; brace given.", weight=5),
    Profile("sore throat", "emergency", "Emergency", "novak", "Sore throat",
            ("J029", "", "acute pharyngitis"), (5, 45), (0, 0), course="Rapid streptococcus test negative.", weight=4),
    Profile("diabetes visit", "office", "Internal medicine", "hartmann", "Diabetes follow-up",
            ("E119", "", "type 2 diabetes without complications"), (35, 85), (0, 0),
            (("Z7984", "", "long-term oral diabetes medication"),), course="A1c 6.9; continue metformin.", weight=5,
            hcpcs=(("G0447", "Counseling for weight, 15 minutes", 48),)),
    Profile("infusion", "outpatient", "Infusion", "hartmann", "Iron infusion",
            ("D509", "", "iron deficiency anemia"), (25, 80), (0, 0), course="Infusion tolerated.", weight=3,
            hcpcs=(("J1756", "Iron sucrose, 1 mg", 100),)),
)  # fmt: skip
FAMILY_NAMES = (
    "Abara", "Alder", "Arvidson", "Bachmann", "Barlow", "Beaumont", "Bianchi", "Brandt", "Calloway", "Castel", "Choi",
    "Corrigan", "Dahl", "Delgado", "Dunmore", "Ekström", "Ellery", "Farouk", "Fenwick", "Fujita", "Galanis", "Grau",
    "Hallam", "Haverford", "Iqbal", "Jankowski", "Kaplan", "Keller", "Kowalczyk", "Lacroix", "Lindgren", "Lomax",
    "Maddox", "Marchetti", "Mbeki", "Moreno", "Nakamura", "Nowak", "O'Dell", "Okonkwo", "Ortega", "Pallister", "Petrovic",
    "Quigley", "Ramanathan", "Rasmussen", "Reuter", "Rossi", "Saito", "Salinas", "Schuyler", "Sorensen", "Tavares",
    "Thackeray", "Umarov", "Valdez", "Vandermeer", "Wexler", "Whitlock", "Yoon", "Zamora", "Zielinski",
)  # fmt: skip
GIVEN_NAMES = {
    "F": ("Ada", "Beatrix", "Carmen", "Delia", "Elena", "Farida", "Greta", "Hana", "Ines", "Joyce", "Katya", "Leonie",
          "Mabel", "Nadia", "Odette", "Paula", "Rosalind", "Selma", "Tamsin", "Una", "Vera", "Wilma", "Yasmin", "Zoe"),
    "M": ("Abel", "Bruno", "Caspar", "Darius", "Edmund", "Felix", "Gilbert", "Hugo", "Ivan", "Jonas", "Kenji", "Lionel",
          "Milo", "Nestor", "Oscar", "Pavel", "Quentin", "Rafael", "Silas", "Tobias", "Ulrich", "Victor", "Walter", "Yusuf"),
}  # fmt: skip
STREETS = (
    "Shore Road",
    "Millrace Lane",
    "Harbor Street",
    "Quarry Road",
    "Orchard Avenue",
    "Lantern Court",
    "Dune Path",
)
