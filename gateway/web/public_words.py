"""The words of the public pages, twice: as an English and as a Spanish writer would put them."""

from __future__ import annotations

LANGUAGES = ("en", "es")
LANGUAGE_NAMES = {"en": "English", "es": "Español"}

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "skip": "Skip to the content",
        "site": "Requests for city records",
        "menu": "Main",
        "register": "Register",
        "rules": "What the rules are",
        "help": "Where to get help",
        "letters": "Check a letter",
        "accounting": "Ask about your records",
        "languages": "Language",
        "absent": "There is nothing at this address",
        "absent_more": "It may be mistyped. What is public is reached from here:",
        "referrals": "People who help",
        "no_referrals": "The list is being made. Until it is here, ask at any city office for the Office of "
        "Immigrant and Refugee Affairs.",
        "phone": "Phone",
        "foot": "This page sets no cookies and follows nobody.",
        "acts_under": "Requests are answered under:",
        "version": "version",
        "rules_then": "Rules in force at that time",
        "register_title": "Who asks for city records, and what the city answers",
        "register_lead": "Federal agencies sometimes ask the city for records about people. Every request is "
        "counted here, every three months. Nothing leaves without a court order or a warrant signed by a "
        "judge, "
        "or another paper that the law makes binding and that the city's lawyers have examined.",
        "none_yet": "No quarter has been published yet",
        "none_yet_more": "The first figures appear here a few hours after the end of the first full quarter. "
        "Nobody has to ask for them.",
        "quarters": "Quarters",
        "chart_title": "Answers given, by quarter",
        "table_beside": "The same figures as a table",
        "quarter": "Quarter",
        "requests": "Requests that came in, by kind of agency",
        "answers": "Answers given, by kind of agency",
        "papers": "The paper on which the answer rests",
        "reasons": "Why requests were refused",
        "reasons_note": "A refusal may name several reasons. It is counted under the first.",
        "days": "Days from request to answer",
        "days_note": "Half of the answers took less time than this, half took more. Shown for five answers "
        "or more.",
        "others": "Recalls and other legal bases",
        "others_note": "Another legal basis, and sharing under 8 U.S.C. 1373, each take two city lawyers "
        "who agree "
        "in writing.",
        "act": "What happened",
        "act.recalls": "A release was called back",
        "act.overrides": "Two lawyers recorded another legal basis",
        "act.determinations": "Two lawyers decided to share under 8 U.S.C. 1373",
        "agency_class": "Kind of agency",
        "paper": "Paper",
        "reason": "Reason",
        "answer": "Answer",
        "number": "Number",
        "middle": "Days, middle value",
        "all": "All",
        "small": "<5",
        "small_long": "fewer than five",
        "withheld": "withheld",
        "none": "not shown",
        "how": "How to read the figures",
        "how_small": "“<5” stands for one, two, three or four: so small a number could point to a person. "
        "“Withheld” stands for five or more, left out because it would let somebody work out a small number. "
        "Zero is always shown, except in a quarter with so few requests that nothing at all can be shown.",
        "fewer_than": "fewer than {n}",
        "how_fewer": "“<{n}” stands for one to {last}: so small a number could point to a person. “Withheld” "
        "stands for {n} or more, left out because it would let somebody work out a small number. Zero is "
        "always shown, except in a quarter with so few requests that nothing at all can be shown.",
        "how_sealed": "Requests that a court keeps secret are counted once the secrecy has ended.",
        "how_once": "A quarter is published once and is never changed.",
        "download": "Download",
        "csv": "All quarters as CSV",
        "json": "This quarter as JSON",
        "proof": "What these figures stand on",
        "proof_says": "The city keeps a log that cannot be changed unseen. These figures were counted from "
        "it at "
        "the point below, so that an auditor can count again.",
        "entries": "Entries in the log",
        "root": "Root of the log",
        "digest": "Digest of this edition (SHA-256)",
        "published": "Published",
        "class.civil_immigration": "Civil immigration enforcement",
        "class.federal_criminal": "Federal criminal investigation",
        "class.federal_other": "Other federal agency",
        "class.unknown": "Not known (treated as immigration enforcement)",
        "outcome.released": "Records released",
        "outcome.refused": "Refused",
        "outcome.withdrawn": "Taken back by the agency",
        "paper.court_order": "Warrant or order of a judge for records",
        "paper.subpoena": "Subpoena or demand that no judge signed",
        "paper.administrative": "Form or paper of an agency",
        "paper.other_court": "Other paper of a court",
        "paper.other": "Other paper",
        "paper.none": "No paper",
        "reason.no_instrument": "No warrant or court order",
        "reason.not_judicial": "Issued by an agency, not by a judge",
        "reason.unsigned": "No judge's signature",
        "reason.expired": "Too late",
        "reason.not_yet_effective": "Not in effect yet",
        "reason.not_addressed_here": "Not addressed to the city",
        "reason.out_of_scope": "Asks for more than the paper covers",
        "reason.wrong_person": "Names another person",
        "reason.cannot_verify": "The court could not confirm it",
        "reason.quashed": "Quashed, stayed or taken back",
        "reason.no_records_effect": "Does not require records",
        "reason.needs_counsel": "A lawyer must examine it first",
        "reason.unreadable": "Could not be read in full",
        "reason.unnamed": "No reason on file",
        "reading": "In the {quarter} the city gave {all} answers. Records were released in {released}, "
        "requests "
        "were refused in {refused}, and the agency took its request back in {withdrawn}.",
        "q1": "first quarter of {year}",
        "q2": "second quarter of {year}",
        "q3": "third quarter of {year}",
        "q4": "fourth quarter of {year}",
    },
    "es": {
        "skip": "Ir al contenido",
        "site": "Solicitudes de documentos de la ciudad",
        "menu": "Principal",
        "register": "Registro",
        "rules": "Cuáles son las reglas",
        "help": "Dónde pedir ayuda",
        "letters": "Comprobar una carta",
        "accounting": "Pregunte por sus documentos",
        "languages": "Idioma",
        "absent": "En esta dirección no hay nada",
        "absent_more": "Quizá esté mal escrita. A todo lo que es público se llega desde aquí:",
        "referrals": "Quién ayuda",
        "no_referrals": "La lista se está preparando. Mientras tanto, pregunte en cualquier oficina de la "
        "ciudad "
        "por la Oficina de Asuntos de Inmigrantes y Refugiados.",
        "phone": "Teléfono",
        "foot": "Esta página no usa cookies ni rastrea a nadie.",
        "acts_under": "Las solicitudes se responden conforme a:",
        "version": "versión",
        "rules_then": "Reglas vigentes en ese momento",
        "register_title": "Quién pide documentos a la ciudad y qué responde la ciudad",
        "register_lead": "A veces una agencia federal pide a la ciudad documentos sobre una persona. Aquí se "
        "cuenta cada solicitud, cada tres meses. Nada se entrega sin una orden firmada por un juez, o sin "
        "otro "
        "documento que la ley haga obligatorio y que los abogados de la ciudad hayan examinado.",
        "none_yet": "Todavía no se ha publicado ningún trimestre",
        "none_yet_more": "Las primeras cifras aparecerán aquí pocas horas después de que termine el primer "
        "trimestre completo. No hace falta pedirlas.",
        "quarters": "Trimestres",
        "chart_title": "Respuestas dadas, por trimestre",
        "table_beside": "Las mismas cifras en una tabla",
        "quarter": "Trimestre",
        "requests": "Solicitudes recibidas, por tipo de agencia",
        "answers": "Respuestas dadas, por tipo de agencia",
        "papers": "Documento en que se basa la respuesta",
        "reasons": "Por qué se negaron solicitudes",
        "reasons_note": "Una negativa puede tener varios motivos. Se cuenta por el primero.",
        "days": "Días entre la solicitud y la respuesta",
        "days_note": "La mitad de las respuestas tardó menos y la otra mitad tardó más. Se muestra si hubo "
        "cinco "
        "respuestas o más.",
        "others": "Entregas reclamadas y otras bases legales",
        "others_note": "Para usar otra base legal, o para compartir según 8 U.S.C. 1373, dos abogados de la "
        "ciudad deben estar de acuerdo por escrito.",
        "act": "Qué ocurrió",
        "act.recalls": "Se reclamó una entrega",
        "act.overrides": "Dos abogados dejaron constancia de otra base legal",
        "act.determinations": "Dos abogados decidieron compartir según 8 U.S.C. 1373",
        "agency_class": "Tipo de agencia",
        "paper": "Documento",
        "reason": "Motivo",
        "answer": "Respuesta",
        "number": "Número",
        "middle": "Días, valor central",
        "all": "Total",
        "small": "<5",
        "small_long": "menos de cinco",
        "withheld": "reservado",
        "none": "no se muestra",
        "how": "Cómo leer las cifras",
        "how_small": "«<5» quiere decir una, dos, tres o cuatro: un número tan pequeño podría señalar a una "
        "persona. «Reservado» quiere decir cinco o más; se omite porque permitiría calcular un número "
        "pequeño. El "
        "cero siempre se muestra, salvo en un trimestre con tan pocas solicitudes que no se puede mostrar "
        "nada.",
        "fewer_than": "menos de {n}",
        "how_fewer": "«<{n}» quiere decir de una a {last}: un número tan pequeño podría señalar a una "
        "persona. «Reservado» quiere decir {n} o más; se omite porque permitiría calcular un número pequeño. "
        "El cero siempre se muestra, salvo en un trimestre con tan pocas solicitudes que no se puede mostrar "
        "nada.",
        "how_sealed": "Las solicitudes que un tribunal mantiene en secreto se cuentan cuando termina el "
        "secreto.",
        "how_once": "Cada trimestre se publica una sola vez y no se modifica.",
        "download": "Descargar",
        "csv": "Todos los trimestres en CSV",
        "json": "Este trimestre en JSON",
        "proof": "En qué se basan estas cifras",
        "proof_says": "La ciudad lleva una bitácora que nadie puede alterar sin que se note. Estas cifras se "
        "contaron a partir de ella en el punto que aparece abajo, para que un auditor pueda contarlas de "
        "nuevo.",
        "entries": "Asientos de la bitácora",
        "root": "Raíz de la bitácora",
        "digest": "Huella de esta edición (SHA-256)",
        "published": "Publicado",
        "class.civil_immigration": "Control migratorio civil",
        "class.federal_criminal": "Investigación penal federal",
        "class.federal_other": "Otra agencia federal",
        "class.unknown": "Sin determinar (se trata como control migratorio)",
        "outcome.released": "Se entregaron documentos",
        "outcome.refused": "Se negó",
        "outcome.withdrawn": "La agencia la retiró",
        "paper.court_order": "Orden de un juez para entregar documentos",
        "paper.subpoena": "Citación o requerimiento sin firma de juez",
        "paper.administrative": "Formulario o documento de una agencia",
        "paper.other_court": "Otro documento de un tribunal",
        "paper.other": "Otro documento",
        "paper.none": "Ningún documento",
        "reason.no_instrument": "Sin orden judicial",
        "reason.not_judicial": "Emitido por una agencia y no por un juez",
        "reason.unsigned": "Sin la firma de un juez",
        "reason.expired": "Fuera de plazo",
        "reason.not_yet_effective": "Aún no está vigente",
        "reason.not_addressed_here": "No va dirigido a la ciudad",
        "reason.out_of_scope": "Pide más de lo que el documento abarca",
        "reason.wrong_person": "Nombra a otra persona",
        "reason.cannot_verify": "El tribunal no pudo confirmarlo",
        "reason.quashed": "Anulado, suspendido o retirado",
        "reason.no_records_effect": "No obliga a entregar documentos",
        "reason.needs_counsel": "Primero debe examinarlo un abogado",
        "reason.unreadable": "No se pudo leer completo",
        "reason.unnamed": "Sin motivo registrado",
        "reading": "En el {quarter}, la ciudad dio {all} respuestas. Se entregaron documentos en "
        "{released}, se "
        "negó la solicitud en {refused} y la agencia retiró la suya en {withdrawn}.",
        "q1": "primer trimestre de {year}",
        "q2": "segundo trimestre de {year}",
        "q3": "tercer trimestre de {year}",
        "q4": "cuarto trimestre de {year}",
    },
}
