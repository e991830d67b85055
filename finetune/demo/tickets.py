"""Support tickets: one story gives the category, independent cues give urgency and sentiment.

No cue means `normal` and `neutral`. A story by itself never says how urgent or how angry. The
labels are known because the text is built from them.
"""

import re

from . import more_wordings, words

STORIES = {
    "billing": [
        "I [was|got|have been|seem to have been] [charged|billed|debited] [twice|two times|double|a second time] for [my|the|our] {thing} [in {month}|this month|last week|on {day}|].",
        "[My|The|Our] [last|latest|{month}|most recent] [invoice|bill|statement] [shows|lists|has|includes] {amount} [instead of|rather than|and not] {amount}.",
        "[Could|Can|Would] you [please |]send [me|us] [a copy of |]the [invoice|bill|receipt] for [{month}|order {code}|my {thing}|the last payment][, please|]?",
        "I [am still waiting for|have not received|would like to have|want to ask about|need] [the|my|a] refund [of {amount}|for {thing}|for order {code}].",
        "[Why|Please explain why|I do not understand why|Can you tell me why] [did|] the [price|fee|monthly rate] [of|for] [my|the|our] {thing} [go up|went up|increased|changed] [to {amount}|]?",
        "[My|The] [credit card|debit card|card|direct debit|bank transfer] [was declined|was rejected|keeps getting declined|did not go through|failed] when [paying|I tried to pay|I wanted to pay] [for {thing}|invoice {code}|].",
        "[Please|Could you|We need you to] [change|update|correct|add] the [VAT number|tax ID|billing address|company name|purchase order number] on [invoice {code}|our invoices|the {month} bill].",
        "[The|Your] discount [code|of {percent}|voucher] [was not|has not been|did not get] [applied|deducted|taken off] [at checkout|to my bill|on the invoice].",
        "[I|We] [cancelled|ended|stopped] [my|our|the] {thing} [in {month}|weeks ago|before the renewal], but [the payment|the fee|{amount}] [was|has been] [taken|debited|collected] [again|anyway|].",
        "[Can|Could|May] [I|we] [pay|settle|split] [the amount|invoice {code}|{amount}|this] [in instalments|by bank transfer|with PayPal|by direct debit|at the end of the month]?",
        "[There is|I see|We noticed|I found] [an unknown|an unexpected|a strange|a] [charge|debit|payment|transaction] of {amount} [from you|] on my [bank statement|credit card statement|account statement].",
        "[We|I] [paid|transferred|settled] [invoice {code}|the bill|{amount}] [on {day}|last week|already], [but|yet] [you sent|we got|there came|I received] a [payment reminder|dunning letter|second reminder].",
        "[How|When|In which way] [is|will] [the annual fee|my subscription|our plan|the {thing}] [be |][billed|charged|invoiced|paid][, monthly or yearly|]?",
        "[The|Our] [sales tax|VAT|tax] [on|of] [invoice|bill] {code} [was calculated at|is|should not be] {percent}.",
        "[I|We] [want|would like|plan] to [switch|move|change] [from monthly to yearly|from yearly to monthly] [payment|billing].",
        "[I need|Please issue|We are waiting for] a credit note [for {amount}|over {amount}|for invoice {code}|because {thing} was returned].",
        "[The|Your] [receipt|invoice] [you sent|for {month}|{code}] [is in the wrong currency|does not show the tax|adds up to {amount}|has the wrong amount].",
        "[It is about|Question about|This concerns] the [payment|charge|amount due|outstanding balance|bank details] [for|of] [{thing}|invoice {code}|our contract].",
        "[Die|Eure|Ihre] Rechnung {code} [ist falsch|weist {amount} aus|stimmt nicht|enthält einen falschen Betrag].",
        "[Mir|Uns] wurde [der Betrag|{amount}|die Gebühr] [doppelt|zweimal|zu viel] [abgebucht|berechnet|in Rechnung gestellt].",
        "[Wann|Bis wann] [kommt|bekomme ich|erhalte ich] [die|meine] [Erstattung|Rückzahlung|Gutschrift] [über {amount}|für Bestellung {code}|]?",
        "[Bitte|Können Sie|Könnt ihr] [mir |uns |][eine Kopie der Rechnung|die Rechnung für {month}|einen Zahlungsbeleg] [schicken|senden|zukommen lassen][?|.]",
        "[Die|Meine] [Zahlung|Lastschrift|Überweisung] [mit der Kreditkarte|per PayPal|von {amount}|] [wurde abgelehnt|ging nicht durch|ist fehlgeschlagen].",
    ],
    "account": [
        "I [cannot|can't|can no longer|am not able to|am unable to] [log in|sign in|log on|get into my account] [since {day}|any more|with my e-mail|].",
        "[How|Where] [do|can|could] [I|we] [change|update|edit] [the|my|our] [e-mail address|username|phone number|profile name|password|display name][ on file| in the profile|]?",
        "[I|My colleague|One of our users] [forgot|lost|does not remember] [the|my|their] [password|login|username|PIN].",
        "The [password reset|reset|confirmation|activation|verification] [link|e-mail|mail|code] [never arrives|has expired|does not come|is not valid any more|says it is invalid].",
        "[Please|Could you|I want you to|I would like you to] [delete|close|remove|deactivate] my [account|profile|user account|login] [and all data|under {mail}|].",
        "[My|Our] [account|login|profile|user] [is|was|has been|got] [locked|blocked|suspended|disabled] [after three attempts|since {day}|without a reason given|].",
        "[I|We] [want|need|would like] to [add|invite|remove] [a user|two users|a colleague|a team member|an administrator] [to|from] our [account|workspace|team].",
        "[The|My] two-factor [code|authentication|login] [is not accepted|goes to my old phone|does not work with my new phone|must be reset].",
        "[Somebody|Someone|A stranger|An unknown person] [has logged in|signed in|got access] [to|with|into] my [account|profile] [from another country|on {day}|].",
        "[Can|Could] you [merge|combine|join] [my two|our two|both] [accounts|profiles|logins][, {mail} and {mail}|]?",
        "[I|We] [registered|signed up|created an account] [with the wrong e-mail|under a wrong name|on {day}] and [want to|need to|would like to] [correct|change] [that|it].",
        "[Who|Which of us] [is|has been set as] the [owner|administrator|admin] of [our|the] [account|workspace|organisation]?",
        "[Please|Could you] [transfer|hand over|move] [the ownership|the admin role|the account] [to|from] {person}.",
        "[My|Her|His] [user name|login name|profile] [is misspelled|shows the old name|should be changed after the wedding].",
        "[When I|Each time I|Every time I] [sign in|log in], [it says|the page says|I get the message] [wrong password|unknown user|access denied|invalid credentials].",
        "[I|We] [do not have|lack|need] the [rights|permission|role] to [see|open|edit] [the reports|the project|the settings|the shared folder].",
        "[How do I|Can I|I want to] [unsubscribe from the newsletter|change my notification settings|change the language of my profile|download my personal data].",
        "[It is about|Question about|This concerns] [my login|my password|my user profile|access to my account|our user accounts].",
        "Ich [kann mich nicht mehr|kann mich nicht] [anmelden|einloggen][ seit {day}| mit meiner E-Mail|].",
        "[Mein|Unser] [Konto|Benutzerkonto|Zugang|Profil] [ist|wurde] [gesperrt|deaktiviert|blockiert].",
        "Ich habe [mein Passwort|mein Kennwort|meine Zugangsdaten] [vergessen|verloren|nicht mehr].",
        "[Bitte|Könnten Sie bitte] [löschen Sie |]mein [Konto|Benutzerkonto|Profil] [löschen|schließen|entfernen].",
        "[Wie|Wo] [kann ich|ändere ich] [meine E-Mail-Adresse|meinen Benutzernamen|mein Passwort] [ändern|im Profil]?",
    ],
    "technical": [
        "[The|Your] [app|application|website|desktop client|mobile app] [crashes|freezes|closes itself|hangs] [when|each time|as soon as|whenever] I [open|start|use|click on] [{feature}|it].",
        "[I|We] [get|see|receive|keep seeing] [the error|error code|an error message] [{code}|500|404|{code} in the log] when [saving|exporting|uploading a file|opening {feature}|printing].",
        "[The|Our] [{feature}|dashboard|search] [does not work|is not working|stopped working|no longer works] [since the last update|after the update to version {version}|in {browser}|since {day}].",
        "[The|Your] [page|site|website|screen] [loads very slowly|does not load|stays blank|shows only a white screen|is stuck at loading] [in {browser}|on my {device}|].",
        "[How|Where] [do|can] I [export|import|configure|enable|connect|set up] [{feature}|the API|the data as CSV|the webhook|the plug-in]?",
        "[The|Our] [API|webhook|integration|interface] [returns|answers with|sends|gives] [a timeout|status 500|an empty response|error {code}|duplicate records].",
        "[After|Since] [the update|the upgrade|installing version {version}|the migration], [the|our] [{feature}|reports|files] [is|are] [missing|broken|empty|wrong|shifted].",
        "[The|My] [device|scanner|printer|sensor|router|headset] [does not connect|loses the connection|is not recognised|cannot be paired|keeps disconnecting] [to|from|with|by] [the app|my {device}|the network].",
        "[Uploading|Downloading|Syncing|Importing] [a file|the photos|large files|{feature}] [fails|stops halfway|takes hours|ends with an error].",
        "[Is|Will] [version {version}|the app|the software] [compatible with|supported on|be available for] [my {device}|{browser}|Linux|the new system]?",
        "[The|A] [button|menu|link|checkbox] [for|in|under] {feature} [does nothing|is greyed out|cannot be clicked|has disappeared].",
        "[Installation|Setup|The installer|The update] [aborts|stops|fails] at {percent} [with error {code}|on my {device}|without any message].",
        "[The|Your] [battery|display|firmware|sound] of the {device} [drains quickly|flickers|needs a reset|does not respond|has a bug].",
        "[I|We] [found|noticed|discovered] a bug [in|with] {feature}: [the numbers are not refreshed|dates are shown in the wrong format|umlauts are broken|rows are duplicated].",
        "[The|Your] [servers|service|system|platform] [seem to be|are|is] [down|unreachable|offline|not responding] [since this morning|from our office|].",
        "[Notifications|Push messages|Alerts|Reminders] [do not appear|arrive hours late|are shown twice] [on my {device}|in {browser}|].",
        "[Attached is|Here is|I have attached] [the log file|a screenshot of the error|the stack trace|the crash report] [from my {device}|].",
        "[It is about|Question about|This concerns] [a software error|a bug in {feature}|a technical problem with the app|the API].",
        "Die [App|Anwendung|Software|Webseite] [stürzt ab|hängt|friert ein|lädt nicht], [wenn|sobald] ich [{feature} öffne|sie starte|etwas speichere].",
        "[Beim|Seit dem] [Export|Import|Update|Speichern] [erscheint|kommt] [die Fehlermeldung|der Fehler] {code}.",
        "[Das|Unser] [Gerät|Programm|Modul] [verbindet sich nicht|funktioniert nicht mehr|startet nicht] [seit dem Update|mit der App|].",
        "[Wie|Wo] [kann ich|richte ich] [die Schnittstelle|die API|den Drucker|die Synchronisierung] [einrichten|ein|aktivieren]?",
    ],
    "shipping": [
        "[My|The|Our] [parcel|package|order|shipment|delivery] [{code} |][has not arrived|did not arrive|is still not here|never came|has not been delivered] [yet|].",
        "[Where|In which country|At which depot] is my [parcel|package|order|shipment] [{code}|now|from {day}|]?",
        "The [tracking|tracking page|tracking number|carrier's page] [{code} |][has not changed|shows no movement|says delivered|does not exist|is not updated] [since {day}|for days|].",
        "[The|My] [box|parcel|{item}|package] [arrived|came|was delivered] [damaged|broken|wet|open|crushed|with a dent].",
        "[I|We] [received|got|were sent] [the wrong|a wrong|another] [{item}|size|colour|model] [instead of {item}|].",
        "[One|A part|Half|{item}] of [the|my|our] [order|delivery|shipment] [is|was] [missing|not in the box|left out].",
        "[Can|Could] you [still |][change|correct|update] the [delivery|shipping] address [of order {code}|for my order|to {street}]?",
        "[When|On which day|Until when] [will|does] [my order|the {item}|order {code}|the parcel] [be shipped|ship|be delivered|arrive|leave the warehouse]?",
        "[The|Your] [courier|driver|delivery service|carrier] [left|put|dropped] [the parcel|it|my {item}] [with a neighbour|at the wrong door|in the rain|at a pickup point].",
        "[How|Where] [do|can] I [send back|return|ship back] [the {item}|an item|order {code}][, do I get a return label|]?",
        "[Do|Can] you [deliver|ship|send] [to|also to] [Norway|Switzerland|an island|a parcel locker|a PO box|{town}]?",
        "[Please|Could you] [send|mail] [me|us] a [return label|new tracking number|replacement for the lost {item}|customs form].",
        "[Customs|The customs office|The post office] [is holding|has kept|returned] [my|the] [parcel|package|shipment] [{code}|because a form is missing|].",
        "[The|My] delivery [was promised for|was due on|was announced for] {day}[, the courier did not ring| and nobody came|].",
        "[I|We] [will be away|am on holiday|move house] [next week|from {day}], [please|can you] [hold|delay|postpone] the [delivery|parcel|shipment].",
        "[What|How much] [are|is] the [shipping costs|delivery time|postage|express delivery] [for|of|to] [a {item}|{town}|order {code}]?",
        "[The|Your] [pallet|freight|lorry|truck] [for|with] [our|the] [{item}|order {code}] [stands at the wrong gate|is at the wrong warehouse|has not been unloaded].",
        "[It is about|Question about|This concerns] [the delivery|my parcel|the shipment|the return] [of|for] [order {code}|the {item}].",
        "[Mein|Das|Unser] Paket [{code} |][ist nicht angekommen|ist noch nicht da|wurde nicht zugestellt|kam beschädigt an].",
        "[Wo ist|Wo bleibt|Wann kommt] [meine Bestellung|die Lieferung|meine Sendung] [{code}|]?",
        "[Ich habe|Wir haben] [den falschen Artikel|die falsche Größe|nur die halbe Lieferung] [bekommen|erhalten].",
        "[Die|Ihre] Sendungsverfolgung [zeigt seit Tagen nichts|hat sich nicht geändert|funktioniert für {code} nicht].",
        "[Kann ich|Können Sie] die Lieferadresse [noch ändern|von Bestellung {code} ändern]?",
    ],
    "other": [
        "[What|Which] are your [opening hours|office hours|telephone hours] [on {day}|at Christmas|in {town}|]?",
        "[I|We] [would like to|want to] [apply for a job|apply as a trainee|send you my CV|ask about open positions] [in {town}|as an accountant|as a developer|].",
        "[Do|Will] you [plan to |]have [a shop|a branch|an office|a showroom] in {town}?",
        "[We|I] [represent|work for|write for] {company} and [would like to discuss a partnership|propose a cooperation|ask for an interview|want to become a reseller].",
        "[Who|Which person] [is|would be] the [right contact|person in charge] for [press enquiries|marketing|donations|sponsoring]?",
        "[Where|How] [can|could] I [leave a review|send a suggestion|give feedback|suggest a new product]?",
        "[I am|We are] [a student|students|a school class|a club] and [would like to visit you|are writing a thesis about your company|need some facts about your history|ask for a donation].",
        "[Is|Are] [your products|the {item}] [vegan|made in Europe|recyclable|safe for children|suitable for allergy sufferers]?",
        "[I|We] [left|forgot|lost] [an umbrella|a jacket|a bag|my glasses] [in your shop|at your event|in the showroom] on {day}.",
        "[Will|Does] your company [take part in|have a stand at|speak at] the [trade fair|conference|exhibition] in {town}?",
        "[May|Can] [I|we] [use your logo|quote your blog post|print your photo|link to your site] [in our magazine|on our page|in a presentation]?",
        "[How many|Which] [employees|sites|partners] does [your company|{company}] have?",
        "[Please|Could you] [send|mail] [me|us] [your catalogue|a brochure|the annual report|information about your history].",
        "[I|We] [have an idea|have a suggestion|wish] for [a new colour|a new product|your next campaign|the {item}].",
        "[Are|Is] [dogs|children|parking|wheelchair access] [allowed|possible|available] at your [event|shop|site in {town}]?",
        "[I|We] [am looking for|are looking for|want] [a gift for my mother|advice on choosing a {item}|a course for beginners|a speaker for our event].",
        "[It is about|Question about|This concerns] [a general question|something else|your company in general|a cooperation].",
        "[I|We] [offer|sell|provide] [cleaning services|SEO services|office plants|translations] and [would like to introduce ourselves|want to show you our offer].",
        "[Wie sind|Wann sind] Ihre Öffnungszeiten [am {day}|in {town}|an Feiertagen]?",
        "[Ich möchte mich|Wir möchten uns] [bewerben|als Partner vorstellen|über Ihre Firma informieren].",
        "[Haben Sie|Gibt es] [eine Filiale|ein Geschäft|einen Ausstellungsraum] in {town}?",
        "[An wen|Wohin] kann ich [Presseanfragen|Vorschläge|eine Initiativbewerbung] [richten|schicken]?",
    ],
}

HIGH = [
    "[This is|It is] [really |very |extremely |quite |]urgent[!|.|!!]", "[Please|We need you to|You must] [help|react|answer|reply|fix this] [immediately|right away|at once|right now].",
    "[We need|I need] [a solution|an answer|this solved|this] [today|within the hour|by tonight|before noon|in the next two hours].", "URGENT[!|:|!!|]", "[As soon as possible|ASAP][, please|!|]",
    "[Our|The whole] [work|production|shop|office|business] [stands still|has stopped|is at a standstill|is down] [because of this|until this is solved].",
    "[It|This] [cannot|can not|must not] wait[ any longer| until tomorrow|].", "[The deadline is|My deadline is|It is due] [today|tomorrow morning|tonight|in a few hours].",
    "[We|I] [lose|are losing|am losing] [money|customers|orders] [every hour|every minute|by the minute].", "[Top|Highest|High] priority[ please|!|.]", "[Emergency|This is an emergency][!|.]",
    "[Please call|Call] me [back |][immediately|right now|within the next hour|in the next ten minutes].", "[I leave|We travel|My flight goes] [tomorrow morning|tonight|in three hours], [so it has to be solved before|so there is no time left].",
    "[Treat this|Handle this|Please treat it] as [critical|urgent|top priority|an emergency].", "[Every minute counts|Time is running out|There is no time to lose].", "[Please escalate|Escalate] [this|it] [now|at once|today].",
    "[Es ist|Das ist] [sehr |wirklich |]dringend[!|.]", "[Bitte|Wir brauchen Hilfe] [sofort|umgehend|noch heute|so schnell wie möglich]!", "[Eilt|Dringend|EILT][!|!!|:]", "[Das kann nicht warten|Die Frist läuft heute ab].",
]
LOW = [
    "[There is |]no [rush|hurry|need to hurry][, really|.| at all.]", "[It is|This is] not urgent[.| at all.|, just so you know.]", "[Whenever|When] you [have|find|get] [time|a moment|a minute][.|, thanks.]",
    "[Take|Please take] your time.", "[It can|This can|That can] wait[ until next week| a few weeks|].", "[Low priority|Lowest priority|Prio low][.|]", "[Just|Only] [a small|a minor|a little] [thing|question|remark|matter].",
    "[An answer|A reply] [next week|some time this month|in the coming weeks] [is fine|is enough|will do].", "[No need|You do not have] to [answer quickly|reply today|hurry].", "[At your convenience|At your leisure|In your own time][, please|.]",
    "[I am|We are] in no [hurry|rush].", "[Not|It is nothing] [pressing|important][, only asking|.]", "[If you ever|If you] [get around to it|have a quiet moment], [let me know|that would do].", "[Just curious|Only out of curiosity|For our records only].",
    "[Es|Das] [eilt nicht|hat Zeit|hat keine Eile].", "[Keine|Das hat überhaupt keine] Eile.", "[Wenn Sie mal Zeit haben|Bei Gelegenheit|Irgendwann].",
]
NEGATIVE = [
    "[This is|That is] [absolutely |simply |completely |really |][unacceptable|ridiculous|outrageous|a disgrace|a joke]!", "I am [very |really |extremely |so |][angry|annoyed|upset|disappointed|frustrated|fed up].",
    "[What a|Such a] [terrible|horrible|lousy|poor|miserable] [service|experience|company].", "[I have|We have] never [seen|had|met] [such bad|such poor|a worse] service.", "[Worst|The worst] [service|company|shop|support] ever.",
    "[I am|We are] [losing patience|sick of this|tired of this|done with you].", "[Nobody|No one] [cares|helps|answers|takes this seriously].", "[I regret|We regret] [ever buying|choosing you|this purchase].",
    "[You should be|Be] ashamed.", "[Is this|Do you call this] [a joke|customer service|professional]?", "[I will|We will] [never|not] [buy|order|come back] [here again|again|to you].", "[Your support|Your service|This company] [is useless|is awful|is a disaster|lets me down].",
    "[I expected|We expected] [much |far |][better|more] [from you|].", "[Very|Extremely|Really] [disappointing|frustrating|annoying|bad].", "[I am going to|I will] [leave a bad review|complain to the consumer office|tell everyone how bad this is].", "[This|That] [drives me mad|makes me furious|is driving us crazy].",
    "[Ich bin|Wir sind] [sehr |wirklich |][verärgert|enttäuscht|sauer|frustriert].", "[Das ist|So etwas ist] [eine Frechheit|unverschämt|eine Zumutung|unmöglich]!", "[Schlechter|So ein schlechter] Service[!|.]", "[Nie wieder|Ich bestelle nie wieder bei euch].",
]
POSITIVE = [
    "[I|We] [really |just |absolutely |][love|like|enjoy] your [product|service|products|work|shop].", "[Thank you|Thanks] [so much |][for your great|for the wonderful|for your excellent|for the fantastic] [work|service|support|help].", "[You are|Your team is] [great|awesome|fantastic|wonderful|the best][!|.]",
    "[Great|Excellent|Fantastic|Wonderful|Superb] [service|support|job|company|product][!|, as always.|.]", "[I am|We are] [very |really |extremely |so |][happy|pleased|satisfied|delighted] [with you|so far|with everything else].", "[Keep up|Please keep up] the [good|great|excellent] work[!|.]",
    "[Until now|So far] [everything|all] has been [perfect|excellent|wonderful|great].", "[Your colleague|Your team|{person}] was [very |incredibly |so |][helpful|friendly|kind|patient].", "[I can only|I will gladly|I would always] recommend you.", "[Big|Huge] [compliment|praise|thanks] to [your team|all of you|{person}].",
    "[Best|The best] [shop|service|support|purchase] [ever|I have had|in years][!|.]", "[I am|We are] a [big fan|happy customer|loyal and happy customer].", "[What a|Such a] [lovely|great|wonderful|pleasant] [experience|team|surprise].", "[It is|It has been] a pleasure [to work with you|dealing with you|doing business with you].",
    "[Ich bin|Wir sind] [sehr |rundum |][zufrieden|begeistert|glücklich].", "[Toller|Super|Klasse|Großartiger] Service[!|.]", "[Vielen Dank für|Danke für] [die tolle Hilfe|den großartigen Service|Ihre wunderbare Arbeit].", "[Macht weiter so|Ein großes Lob an das Team][!|.]",
]

# Mentions of another category that say that it is not what the ticket is about.
DISTRACTORS = {
    "billing": ["[The|My] [invoice|payment|bill] [is fine|is already paid|is in order|was correct].", "[I|We] [paid|have paid] [already|last week|by card], [that is settled|no problem there].", "[This is|It is] not about [the bill|the payment|money|a refund]."],
    "account": ["[Logging in|My login|The password] [works fine|works|is fine].", "[My account|My user name] is {mail}.", "[This is|It is] not about [my password|my account|the login]."],
    "technical": ["[The app|The website|Everything else] [works fine|runs well|is working].", "[I|We] use [version {version}|{browser}|a {device}], [in case it matters|that is all fine].", "[This is|It is] not [a technical problem|about an error|a bug]."],
    "shipping": ["[The parcel|The delivery|My order] [arrived|came] [on time|safely|last week].", "[I|We] [received|got] the [{item}|order|parcel] [on {day}|last week|].", "[This is|It is] not about [the delivery|shipping|the parcel]."],
}
DETAILS = [
    "[My|Our|The] [customer number|client number|customer ID|reference] is {code}.", "[I|We] [have been|am|are] [a customer|customers] since {year}.", "[You can|Please] [reach|call|contact] me [at|under] {phone}.", "[I|We] [wrote|called|asked] [once before|on {day}|last {month}].",
    "[The|Our] reference [number |]is {code}.", "[Let me know|Tell me] [what you need|if you need anything else|how to proceed].", "[I am|We are] [writing|contacting you] [from {town}|for {company}|on behalf of {person}].", "[My|Our] contact [at your company |]is {person}.",
    "[That is all|This is all|That would be all] [for now|from my side|].", "[See|Compare] [our contract|my earlier mail|ticket {code}].", "[Meine|Unsere] Kundennummer [ist|lautet] {code}.", "[Ich bin|Wir sind] [Kunde|Kunden] seit {year}.", "[We are|I am] [available|in the office] [from 9 to 5|on {day}|until {day}].",
]
GREETINGS = ["[Hi|Hello|Hey|Good morning|Good afternoon|Good day|Dear team|Dear support|Hi there|Hello team|Dear Sir or Madam|Dear {company}|To whom it may concern][,|!|.|]", "[Hallo|Guten Tag|Guten Morgen|Servus|Moin|Sehr geehrte Damen und Herren|Liebes Team][,|!|]"]
CLOSINGS = ["[Regards|Best regards|Kind regards|Best|Cheers|Sincerely|Yours|Yours faithfully|Best wishes|BR|Thanks|Thank you][,|]", "[Viele Grüße|Mit freundlichen Grüßen|Gruß|MfG|Danke|Beste Grüße|LG][,|]"]
SIGNATURES = ["{person}", "{person}\n{company}", "{person}, {company}", "{first}", "{person}\n{phone}", "-- \n{person}\n{mail}", "{person} | {company} | {phone}", "{person}\n{street}\n{town}", "Sent from my {device}", "{first}\n\nSent from my {device}", "--\n{company}\n{mail}", "{person} ({code})"]
SUBJECTS = ["[Question|Request|Enquiry|Message|Hello|Support request|Ticket {code}|Re: {code}|Anfrage|Customer {code}|Help|Your service|Contact form|My request|Feedback form|(no subject)]", "Re: [your message|our call|ticket {code}|my enquiry]"]
ITEMS = "lamp kettle chair desk backpack keyboard monitor bike helmet jacket carpet mixer toaster drill camera tripod sofa mattress teapot vase mirror tent suitcase guitar blender curtain bookshelf".split()
THINGS = ["[subscription|membership|plan|licence|premium plan|annual plan|hosting|storage plan|support contract|basic plan|team plan|course|magazine|insurance]", "{item}"]
FEATURES = ["the calendar", "the search", "the export", "the report", "the editor", "the settings page", "the PDF view", "the chat", "the map", "the import", "the inbox", "the statistics", "the camera", "the backup", "the sync", "the file upload", "the shopping list", "the timeline", "the spreadsheet view", "the filter"]
BROWSERS = ["Chrome", "Firefox", "Safari", "Edge", "Opera", "Brave", "Vivaldi"]
DEVICES = ["iPhone", "Android phone", "tablet", "laptop", "iPad", "Windows PC", "MacBook", "smart TV", "Pixel", "desktop"]
MONTHS = "January February March April May June July August September October November December".split()
DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()

CATEGORIES = tuple(STORIES)
URGENCIES = ("low", "normal", "high")
SENTIMENTS = ("negative", "neutral", "positive")


_GERMAN = re.compile(r"[äöüß]|\b(ist|ich|mein|das|wir|wann|uns|kann|eile|eilt|kunde|hallo|kundennummer|bitte|beim|nie wieder|schlechter|macht|wenn|vielen dank)\b", re.IGNORECASE)
GERMAN_SHARE = 0.15


def _by_language(templates) -> dict:
    return {
        "en": [template for template in templates if not _GERMAN.search(template)],
        "de": [template for template in templates if _GERMAN.search(template)],
    }


def _wordings(stories, high, low, negative, positive) -> dict:
    return {
        "category": {name: _by_language(templates) for name, templates in stories.items()},
        "urgency": {"low": _by_language(low), "normal": None, "high": _by_language(high)},
        "sentiment": {"negative": _by_language(negative), "neutral": None, "positive": _by_language(positive)},
    }


CORE = _wordings(STORIES, HIGH, LOW, NEGATIVE, POSITIVE)
MORE = _wordings(more_wordings.STORIES, more_wordings.HIGH, more_wordings.LOW, more_wordings.NEGATIVE, more_wordings.POSITIVE)
DISTRACTORS_BY_LANGUAGE = {name: _by_language(templates) for name, templates in DISTRACTORS.items()}
DETAILS_BY_LANGUAGE, _GREETINGS, _CLOSINGS = _by_language(DETAILS), _by_language(GREETINGS), {"en": CLOSINGS[:1], "de": CLOSINGS[1:]}


def slots_for(forms) -> dict:
    rng = forms.rng
    return {
        "language": "de" if forms.chance(GERMAN_SHARE) else "en",
        "code": lambda: words.code(rng), "amount": lambda: _amount(rng), "percent": lambda: f"{rng.randint(1, 99)}{rng.choice(('%', ' %', ' percent'))}",
        "month": lambda: rng.choice(MONTHS), "day": lambda: rng.choice(DAYS), "year": lambda: str(rng.randint(2009, 2026)), "item": lambda: rng.choice(ITEMS) if rng.random() < 0.8 else words.invented(rng).lower(),
        "thing": lambda: forms.say(THINGS, {"item": lambda: rng.choice(ITEMS)}), "feature": lambda: forms.pick(FEATURES), "browser": lambda: rng.choice(BROWSERS), "device": lambda: rng.choice(DEVICES),
        "version": lambda: f"{rng.randint(1, 14)}.{rng.randint(0, 20)}", "mail": lambda: words.mail_address(rng), "person": lambda: words.person(rng), "first": lambda: rng.choice(words.FIRST_NAMES),
        "company": lambda: f"{words.invented(rng)} {rng.choice(('Ltd', 'GmbH', 'Inc', 'AG', '& Co', 'Shop', 'Group'))}", "street": lambda: words.street(rng), "town": lambda: rng.choice(words.CITIES), "phone": lambda: words.phone(rng),
    }


def _amount(rng) -> str:
    number = f"{rng.randint(1, 900)}{rng.choice('.,')}{words.digits(rng, 2, 2)}" if rng.random() < 0.7 else str(rng.randint(1, 2000))
    return rng.choice(("€{}", "{} €", "{} EUR", "${}", "£{}", "{} USD", "CHF {}", "{} euros")).format(number)


def _sentences(forms, slots, labels, more_share) -> list[str]:
    """Story first (mostly), then cues, distractors and details anywhere."""
    language = slots["language"]

    def say(label) -> str:
        wordings = MORE if more_share and forms.chance(more_share) else CORE
        return forms.say(wordings[label][labels[label]][language], slots)

    body = [say("category")]
    if forms.chance(0.25):
        body.append(say("category"))
    extras = []
    for label in ("urgency", "sentiment"):
        if CORE[label][labels[label]]:
            extras.append(say(label))
            if forms.chance(0.2):
                extras.append(say(label))
    if forms.chance(0.3) and language == "en":
        others = [name for name in DISTRACTORS_BY_LANGUAGE if name != labels["category"]]
        extras.append(forms.say(DISTRACTORS_BY_LANGUAGE[forms.rng.choice(others)][language], slots))
    for _ in range(forms.rng.choice((0, 0, 1, 1, 2, 3))):
        extras.append(forms.say(DETAILS_BY_LANGUAGE[language], slots))
    for extra in extras:
        body.insert(forms.rng.randint(0, len(body)), extra)
    return body


def _paragraphs(forms, sentences) -> str:
    joints = forms.rng.choice(((" ",), (" ",), (" ", " ", "\n"), ("\n",), ("\n\n", " "), ("  ", " ")))
    text = sentences[0]
    for sentence in sentences[1:]:
        text += forms.rng.choice(joints) + sentence
    return text


def e_mail(forms, slots, sentences) -> str:
    head = []
    if forms.chance(0.7):
        head.append(forms.pick(("From", "Von", "Sender", "from")) + ": " + forms.pick(("{person} <{mail}>", "{mail}")).format(person=slots["person"](), mail=slots["mail"]()))
    if forms.chance(0.3):
        head.append(forms.pick(("To", "An", "to")) + ": " + slots["mail"]())
    if forms.chance(0.3):
        head.append("Date: " + f"{slots['day']()[:3]}, {forms.rng.randint(1, 28)} {slots['month']()[:3]} {slots['year']()}")
    sentences = list(sentences)
    if forms.chance(0.8):
        subject = forms.say(SUBJECTS, slots) if forms.chance(0.7) or len(sentences) < 2 else sentences.pop(forms.rng.randrange(len(sentences))).rstrip(".")
        head.append(forms.pick(("Subject", "Betreff", "subject", "SUBJECT")) + ": " + subject)
    forms.rng.shuffle(head)
    return "\n".join(head) + ("\n\n" if head else "") + letter(forms, slots, sentences)


def letter(forms, slots, sentences) -> str:
    parts = []
    if forms.chance(0.8):
        parts.append(forms.say(_GREETINGS[slots["language"]], slots))
    parts.append(_paragraphs(forms, sentences))
    if forms.chance(0.7):
        parts.append(forms.say(_CLOSINGS[slots["language"]], slots))
    if forms.chance(0.7):
        parts.append(forms.say(SIGNATURES, slots))
    joint = forms.rng.choice(("\n", "\n\n", "\n\n"))
    return joint.join(parts)


def one_liner(forms, slots, sentences) -> str:
    return " ".join(sentences)


def chat(forms, slots, sentences) -> str:
    who, agent = slots["first"](), forms.pick(("Agent", "Bot", "Support", "Service", "Operator", slots["first"]()))
    style = forms.rng.randrange(4)
    lines = []
    clock = forms.rng.randint(8 * 60, 18 * 60)

    def line(name, text):
        nonlocal clock
        clock += forms.rng.randint(0, 3)
        stamp = f"{clock // 60:02d}:{clock % 60:02d}"
        lines.append((f"{name}: {text}", f"[{stamp}] {name}: {text}", f"{stamp} {name} - {text}", f"<{name}> {text}")[style])

    if forms.chance(0.6):
        line(agent, forms.fill("[How can I help you|Hello, what can we do for you|Welcome, how may I help|Hi {first}, what is it about|Guten Tag, wie kann ich helfen][?|]", slots))
    for sentence in sentences:
        line(who, sentence)
        if forms.chance(0.2):
            line(agent, forms.fill("[One moment please.|I see.|Thank you, let me check.|Can you tell me more?|Ok.|Understood.|Noted.|Einen Moment bitte.]", slots))
    return "\n".join(lines)


def web_form(forms, slots, sentences) -> str:
    separator = forms.pick((": ", " = ", ":\n", " | ", ":", " - ", "\t"))
    fields = [(forms.pick(("Name", "Your name", "Customer", "Contact", "Full name", "Absender", "User")), slots["person"]())]
    for probability, names, value in (
        (0.6, ("E-mail", "Email", "Mail", "E-Mail-Adresse", "email_address"), "mail"),
        (0.4, ("Order", "Reference", "Customer no.", "Ticket", "ID", "Kundennummer"), "code"),
        (0.3, ("Phone", "Telephone", "Tel.", "Telefon", "Mobile"), "phone"),
        (0.2, ("Company", "Organisation", "Firma", "Business"), "company"),
        (0.2, ("Browser", "Client", "User agent", "System"), "browser"),
        (0.2, ("City", "Town", "Ort", "Location"), "town"),
    ):
        if forms.chance(probability):
            fields.append((forms.pick(names), slots[value]()))
    fields.append((forms.pick(("Message", "Your message", "Text", "Description", "Details", "Nachricht", "Comment", "What happened?", "body")), _paragraphs(forms, sentences)))
    if forms.chance(0.4):
        forms.rng.shuffle(fields)
    return "\n".join(name + separator + value for name, value in fields)


def quoted_reply(forms, slots, sentences) -> str:
    reply = letter(forms, slots, sentences)
    mark = forms.pick(("> ", ">", "| ", "    ", ">> "))
    quote = [forms.fill("[Thank you for your message.|We have received your request.|Your request {code} is being handled.|Please do not reply to this mail.|How can we help you?|We will get back to you.|Wir haben Ihre Anfrage erhalten.]", slots)]
    if forms.chance(0.5):
        quote.append(forms.fill("[Your support team|The service desk|{first} from support|Ihr Serviceteam|{company}]", slots))
    head = forms.fill("[On {day} the support team wrote:|{person} wrote:|-----Original Message-----|Am {day} schrieb {company}:|--- Original message ---|]", slots)
    return reply + "\n\n" + (head + "\n" if head else "") + "\n".join(mark + line for line in quote)


def call_note(forms, slots, sentences) -> str:
    head = forms.fill("[Call note|Phone note|Telephone memo|Gesprächsnotiz|Voicemail transcript|Walk-in|Callback request] [{day}|{code}|{person}|]", slots)
    mark = forms.pick(("- ", "* ", "• ", "", "> ", "1) "))
    return head + "\n" + "\n".join(mark + sentence for sentence in sentences)


def record(forms, slots, sentences) -> str:
    pairs = [("id", slots["code"]()), ("from", slots["mail"]()), ("text", " ".join(sentences).replace('"', "'"))]
    if forms.chance(0.5):
        pairs.insert(1, ("channel", forms.pick(("web", "mail", "phone", "app", "chat", "social"))))
    style = forms.rng.randrange(3)
    if style == 0:
        return "{" + ", ".join(f'"{key}": "{value}"' for key, value in pairs) + "}"
    if style == 1:
        return ";".join(value for _, value in pairs)
    return "".join(f"<{key}>{value}</{key}>" for key, value in pairs)


def social_post(forms, slots, sentences) -> str:
    handle = "@" + words.invented(forms.rng).lower()
    tags = "" if forms.chance(0.5) else " #" + words.invented(forms.rng).lower()
    return handle + " " + " ".join(sentences) + tags


LAYOUTS = [e_mail, e_mail, letter, one_liner, one_liner, chat, web_form, quoted_reply, call_note, record, social_post]


def _typo(rng, text: str) -> str:
    characters = list(text)
    for _ in range(max(1, len(text) // rng.choice((40, 60, 90)))):
        at = rng.randrange(len(characters))
        if not characters[at].isalpha():
            continue
        kind = rng.randrange(4)
        if kind == 0 and at + 1 < len(characters) and characters[at + 1].isalpha():
            characters[at], characters[at + 1] = characters[at + 1], characters[at]
        elif kind == 1:
            characters[at] = ""
            characters = [c for c in characters if c] or ["x"]
        elif kind == 2:
            characters[at] *= 2
        else:
            characters[at] = rng.choice("abcdefghijklmnoprstuvwy")
    return "".join(characters)


def with_noise(forms, text: str) -> str:
    rng = forms.rng
    if rng.random() < 0.18:
        text = text.lower()
    elif rng.random() < 0.04:
        text = text.upper()
    if rng.random() < 0.2:
        text = _typo(rng, text)
    if rng.random() < 0.08:
        text = text.replace(".", rng.choice(("", "...", " .", "!")))
    if rng.random() < 0.05:
        text = text.replace("I ", "i ").replace("you", "u").replace("please", "pls")
    return text.strip()


def ticket(forms, more_share: float = 0.0) -> tuple[str, dict]:
    """One ticket: its text and its labels. `more_share` of the wordings come from `more_wordings`."""
    labels = {
        "category": forms.rng.choice(CATEGORIES),
        "urgency": forms.rng.choice(URGENCIES),
        "sentiment": forms.rng.choice(SENTIMENTS),
    }
    slots = slots_for(forms)
    sentences = [sentence for sentence in _sentences(forms, slots, labels, more_share) if sentence]
    return with_noise(forms, forms.pick(LAYOUTS)(forms, slots, sentences)), labels


def later_ticket(forms) -> tuple[str, dict]:
    """A ticket of the last part of training."""
    return ticket(forms, 0.6)
