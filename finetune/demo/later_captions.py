"""Captions of the later invoices, by language: one document keeps to one language, mostly."""


def entries(text: str) -> list[str]:
    """The entries of a text that has one per line or between bars."""
    return [entry.strip() for entry in text.strip().replace("\n", "|").split("|") if entry.strip()]


CAPTIONS: dict[str, dict[str, list[str]]] = {
    "number": {
        "en": entries("Inv|Invoice num|Inv. number|Invoice Nbr|Invoice identifier|Your invoice number|Our invoice number|Ref. no. of this invoice|Document ID|Document #|Document reference|Bill reference|Bill ID|Billing number|Billing reference|Billing document|Tax inv. no.|VAT invoice no.|VAT invoice number|Commercial invoice no.|Receipt ID|Receipt ref|Sales slip no.|Sales document|Statement number|Serial number of invoice|Credit invoice no.|Fee note no.|Account sheet no.|This invoice|Invoice with number|Final invoice no.|Folio no."),
        "de": entries("Rechnungs-Nummer|Rechnung Nummer|Rg.-Nr.|RG-Nummer|Rg. Nr.|RE-Nummer|Unsere Rechnung Nr.|Rechnungskennung|Dokumentnummer|Dokument-Nr.|Belegnr.|Beleg|Bon-Nr.|Bonnummer|Quittung Nr.|Quittungsnummer|Kassenbon|Faktura-Nr.|Faktura Nr.|Honorarrechnung Nr.|Schlussrechnung Nr.|Abrechnungsnummer|Abrechnung Nr.|Sammelrechnung|Ihre Rechnungsnummer|Dok.-Nr."),
        "fr": entries("Facture|Facture n°|N° de facture|Numéro de facture|Réf. facture|Facture numéro|N° facture|Note n°|Pièce n°|N° de pièce"),
        "nl": entries("Factuur|Factuurnummer|Factuurnr.|Factuur nr.|Nota|Notanummer|Bonnr."),
        "es": entries("Factura|Factura n.º|N.º de factura|Número de factura|Nº factura|Factura núm.|Recibo n.º"),
        "it": entries("Fattura|Fattura n.|Numero fattura|N. fattura|Fattura nr.|Documento n.|Ricevuta n."),
        "sv": entries("Fakturanr|Fakturanr.|Faktura nr|OCR-nummer|Kvittonummer|Faktura id"),
    },
    "issued": {
        "en": entries("Invoice dt.|Dt.|Invoice issued|Invoice issue date|Date of invoice|Date of bill|Date of this invoice|Date raised|Raised on|Billed on|Billed|Invoiced|Bill issued|Statement of|As of|Date of document|Doc date|Doc. date|Tax date|Tax point date|Date/tax point|Written on|Made out on|Issuing date|Drawn up on|Receipt issued|Sale date|Date of sale|Transaction date|Invoice created|Generated|Generated on|Today's date|Sent on|Posting date|Booking date|On"),
        "de": entries("Rechnung vom|Rechnungsdatum lt. Beleg|Rg.-Datum|Re.-Datum|RE-Datum|Datum der Rechnung|Datum der Ausstellung|Ausgestellt|Erstellt am|Erstellungsdatum|Beleg vom|Datum des Belegs|Bondatum|Kaufdatum|Fakturiert am|Buchungsdatum|Unser Datum|gestellt am|Abrechnungsdatum|Datum/Zeit|Tag der Rechnungsstellung|Stand|den"),
        "fr": entries("Date de facture|Date facture|Date d'émission|Émise le|Émis le|Le|Date de facturation|Établie le"),
        "nl": entries("Factuurdatum|Datum factuur|Datum nota|Opgemaakt op|Verzonden op|Notadatum"),
        "es": entries("Fecha|Fecha de factura|Fecha de emisión|Fecha factura|Emitida el|Con fecha"),
        "it": entries("Data fattura|Data documento|Data di emissione|Emessa il|del"),
        "sv": entries("Faktureringsdatum|Utställd|Fakturadag|Fakt.datum|Köpdatum|Utfärdad"),
    },
    "due": {
        "en": entries("Due for payment|Payment due date|Payment due on|Date due|Due no later than|Falls due|Falls due on|Payable before|Payable on|Pay before|Pay no later than|Please settle by|Please remit by|To be settled by|Latest payment date|Payment deadline|Payment expected by|Expected payment date|Money due|Due dt.|Maturity|Maturity date|Final date for payment|Net due|Net due date|Collection date|We will debit on|Direct debit on|Deadline|Settlement date|Remit by|Amount due by|Last date to pay|Pay until"),
        "de": entries("Fällig|Fällig zum|Fällig bis|Fälligkeit am|Zahlung bis|Zahlbar zum|Zahlbar am|Bitte zahlen bis|Bitte überweisen bis|Zahlungsfrist|Zahlungsfrist bis|Zahlungstermin|Zahlungsziel bis|Netto fällig am|Ohne Abzug bis|Zu begleichen bis|Zahlungseingang bis|Einzug am|Abbuchung am|Wird abgebucht am|Valuta|Spätestens zahlbar am|Letzter Zahlungstag|Zahlbar spätestens"),
        "fr": entries("Échéance|Date d'échéance|À payer avant le|Payable le|À régler avant le|Date limite de paiement|Échéance le"),
        "nl": entries("Vervaldatum|Uiterste betaaldatum|Te betalen voor|Betalen voor|Vervalt op|Betaaldatum"),
        "es": entries("Vencimiento|Fecha de vencimiento|Vence el|Pagar antes del|Fecha límite de pago|A pagar antes de"),
        "it": entries("Scadenza|Data di scadenza|Scade il|Da pagare entro|Pagamento entro|Scadenza pagamento"),
        "sv": entries("Förfaller|Förfallodag|Förfaller den|Betalas senast|Oss tillhanda senast|Att betala senast"),
    },
    "total": {
        "en": entries("Total sum|Total price|Total charge|Total charges|Total cost|Total payable|Total for payment|Total to be paid|Total now due|Total owed|Total owing|Total outstanding|Total this invoice|Total of this bill|Total (gross)|Total with VAT|Total incl. GST|Total inc VAT|Total inc. tax|Total VAT included|Total after tax|Total amount due|Total balance|TTL|Overall total|Overall amount|Full amount|Full price|Invoice amount|Invoice value|Invoice sum|Amount to pay|Amount owing|Amount owed|Amount now due|Amount incl. VAT|Amount with tax|Amount to be paid|Bill total|Bill amount|Outstanding|Balance|Balance to pay|Now due|Due now|Pay this amount|You pay|To be paid|Sum total|Gross sum|Gross value|Price incl. VAT|Final total|Final sum|Final price|Net to pay|Kindly pay|All in|In total|Total for this order|Grand sum|Payment amount"),
        "de": entries("Total brutto|Summe gesamt|Summe inkl. MwSt.|Summe inkl. USt.|Gesamtbetrag brutto|Gesamtbetrag inkl. MwSt|Gesamtbetrag in Worten und Zahlen|Gesamtpreis|Gesamtrechnung|Gesamt inkl. MwSt.|Gesamt inkl. Steuer|Rechnungssumme|Rechnungsendbetrag|Rechnungstotal|Rechnung gesamt|Endsumme|Endpreis|Brutto|Bruttosumme|Bruttopreis|Bruttogesamt|Fälliger Betrag|Offener Betrag|Zu zahlender Betrag|Zu überweisen|Überweisungsbetrag|Bitte zahlen Sie|Zahlungsbetrag|Forderung|Gesamtforderung|Zahlbetrag brutto|Betrag inkl. MwSt.|Abbuchungsbetrag|Kaufsumme|Insgesamt|Alles zusammen|Schlussbetrag|Totalbetrag"),
        "fr": entries("Total TTC|Montant TTC|Net à payer|Montant à payer|Total à payer|Somme due|Total général|Montant total|TTC"),
        "nl": entries("Totaal|Totaalbedrag|Te betalen|Totaal incl. btw|Totaal te betalen|Eindtotaal|Factuurbedrag|Bedrag incl. btw"),
        "es": entries("Total a pagar|Total factura|Importe total|Total con IVA|Total IVA incluido|A pagar|Suma total"),
        "it": entries("Totale|Totale fattura|Totale documento|Totale da pagare|Importo totale|Totale IVA inclusa|Da pagare"),
        "sv": entries("Summa|Summa att betala|Att betala SEK|Totalt|Totalbelopp|Totalsumma|Belopp att betala|Summa inkl. moms"),
    },
    "net": {
        "en": entries("Sub|Subtotal (net)|Net sum|Net value|Net price|Total before VAT|Total before tax|Total without VAT|Total ex VAT|Total exclusive of tax|Amount excl. VAT|Amount ex tax|Excl. VAT|Taxable amount|Taxable|Sum before tax|Goods total|Services total|Merchandise|Items subtotal|Lines total|Value of goods|Sum of lines|Charges"),
        "de": entries("Summe ohne MwSt.|Summe Positionen|Summe der Positionen|Nettosumme|Netto gesamt|Gesamt netto|Gesamtbetrag netto|Total netto|Nettowert|Positionen netto|Betrag ohne MwSt.|Zwischentotal|Rechnungsbetrag netto|Leistungen netto|Ware netto|Warenwert netto|Steuerbasis|Bemessungsgrundlage|exkl. MwSt."),
        "fr": entries("Total HT|Montant HT|Sous-total|Sous-total HT|Total hors taxes"),
        "nl": entries("Subtotaal|Totaal excl. btw|Bedrag excl. btw|Netto totaal|Excl. btw"),
        "es": entries("Base imponible|Importe neto|Total sin IVA|Suma parcial|Importe base"),
        "it": entries("Imponibile|Totale imponibile|Subtotale|Totale netto|Totale senza IVA"),
        "sv": entries("Summa exkl. moms|Delsumma|Nettobelopp|Netto exkl. moms|Belopp före moms"),
    },
    "tax": {
        "en": entries("V.A.T.|VAT charged|VAT total|Total VAT|plus VAT|add VAT|incl. VAT|Taxes|Tax total|Total tax|State tax|HST|TVA|Local tax|Output tax|Consumption tax|Turnover tax|Tax due"),
        "de": entries("zzgl. MwSt.|zzgl. USt.|zzgl. Umsatzsteuer|inkl. MwSt.|davon MwSt.|MwSt.-Betrag|USt-Betrag|Steuer|Steuerbetrag|Gesetzl. MwSt.|enthaltene MwSt.|plus Mehrwertsteuer|Vorsteuer"),
        "fr": entries("TVA à|Montant TVA|dont TVA|Total TVA|Taxe"),
        "nl": entries("btw|BTW-bedrag|btw hoog|Bedrag btw|waarvan btw"),
        "es": entries("IVA|Cuota IVA|Importe IVA|I.V.A.|más IVA"),
        "it": entries("IVA al|Imposta|Totale IVA|di cui IVA|Importo imposta"),
        "sv": entries("Moms totalt|varav moms|Momsbelopp|Summa moms|Skatt"),
    },
    "customer": {
        "en": entries("Billed for|Bill to party|Bill to address|Billing address|Billing details|Billing contact|Invoiced to|Invoice for|Invoice address|Invoicee|Issued to|Addressed to|Addressee|Charge to|Charged to|Client name|Customer name|Customer details|Customer account|Our client|Our customer|Your company|Your name|You|Member|Guest|Tenant|Patient|Subscriber|Payer|Payer name|Purchaser|Purchased by|Ordered by|Order placed by|Ordering party|Bought by|Consignee|Delivered to|Delivery to|Delivery address|Shipping address|Services for|Provided to|Prepared for|Made out to|For the attention of|FAO|Att.|Contracting party|Debtor|Project owner"),
        "de": entries("Rechnungsempfänger|Rechnungsadresse|Rechnungsanschrift|Kundenname|Kundin|Kunde/Kundin|Auftraggeber|Auftraggeberin|Besteller|Bestellt von|Käufer|Gekauft von|Leistungsempfänger|Zahlungspflichtiger|Adressat|Firma des Kunden|Lieferadresse|Lieferanschrift|Lieferung an|Warenempfänger|Geliefert an|Zu Händen|z. Hd.|zHd|Herrn|Frau|Mandant|Mieter|Mitglied|Gast|Patient|Debitor|Vertragspartner|Anschrift|Abnehmer"),
        "fr": entries("Facturé à|Adressé à|Destinataire|Acheteur|À l'attention de|Adresse de facturation|Livré à|Doit"),
        "nl": entries("Aan|Klant|Factuuradres|Debiteur|Afnemer|T.a.v.|Afleveradres"),
        "es": entries("Cliente|Facturar a|Destinatario|Comprador|A la atención de|Datos del cliente"),
        "it": entries("Cliente:|Destinatario|Spett.le|Intestatario|Acquirente|Fatturato a"),
        "sv": entries("Kund|Köpare|Fakturaadress|Mottagare|Faktureras|Er referens"),
    },
    "vendor": {
        "en": entries("Billed from|Bill from|Billing party|Biller name|Issuer|Issuing company|Invoice issuer|Invoicing party|Invoiced by|Invoice by|Sent by|Sold from|Seller name|Seller details|Vendor name|Vendor details|Supplier name|Supplier details|Supplied by|Your supplier|Service provider|Provider|Provided by|Services by|Work done by|Contractor|Dealer|Trader|Store name|Retailer|Creditor|Payable to|Make payment to|Make cheques payable to|Please pay to|Beneficiary|Beneficiary name|Remit to|Our company|We|Business name|Trading name|Firm|Company name|Manufacturer|Landlord|Consultant|Freelancer|Agency|Restaurant|Carrier"),
        "de": entries("Verkauft durch|Verkauft von|Verkäuferin|Anbieter|Anbieterin|Dienstleister|Leistungserbringer|Leistender Unternehmer|Auftragnehmer|Auftragnehmerin|Rechnung von|Rechnungsaussteller|Rechnungsleger|Ausgestellt von|Aussteller|Ersteller|Firma|Firmenname|Unternehmen|Betrieb|Händler|Geschäft|Markt|Praxis|Kreditor|Gläubiger|Zahlungsempfänger|Zahlung an|Zahlbar an|Begünstigter|Kontoinhaber|Lieferfirma|Geliefert von|Vermieter|Ihr Lieferant|Ihr Händler|Werkstatt|Inhaber des Kontos"),
        "fr": entries("Fournisseur|Vendeur|Émetteur|Émis par|Vendu par|Société|Prestataire"),
        "nl": entries("Leverancier|Van|Verkoper|Afzender|Geleverd door|Bedrijf"),
        "es": entries("Proveedor|Emisor|Vendedor|Emitida por|Empresa|De parte de"),
        "it": entries("Fornitore|Venditore|Emittente|Emessa da|Cedente|Mittente"),
        "sv": entries("Säljare|Leverantör|Avsändare|Utställare|Företag|Från"),
    },
    "title": {
        "en": entries("VAT invoice|VAT INVOICE|Commercial invoice|Final invoice|Proforma invoice|Service invoice|Invoice copy|SALES RECEIPT|Cash receipt|Bill of sale|Billing statement|ACCOUNT STATEMENT|Invoice for services|Monthly invoice|Freight invoice|Fee note|INVOICE / BILL|Hotel bill|Purchase invoice"),
        "de": entries("Rechnung (Original)|RECHNUNG / INVOICE|Schlussrechnung|Honorarrechnung|Sammelrechnung|Quittung|Kassenbon|KASSENBELEG|Abschlagsrechnung|Monatsrechnung|Handwerkerrechnung|R E C H N U N G|Rechnungskopie|Liefer- und Rechnungsbeleg|Abrechnung"),
        "fr": entries("Facture|FACTURE|Facture d'achat|Note d'honoraires|Reçu"),
        "nl": entries("Factuur|FACTUUR|Verkoopfactuur|Nota|Kassabon"),
        "es": entries("Factura|FACTURA|Factura de venta|Recibo|Factura simplificada"),
        "it": entries("Fattura|FATTURA|Fattura di vendita|Ricevuta|Documento di vendita"),
        "sv": entries("Kvitto|Kundfaktura|Räkning|Faktura / Invoice"),
    },
    "description": {
        "en": entries("Item description|Item name|Goods|Goods and services|Products|Service description|Work|Work done|Work performed|Particulars|Text|Name|Designation|Activity|Task|Job description|Charge|Charges for|Dish|Material|Title|Explanation|Line item"),
        "de": entries("Artikelbezeichnung|Artikelbeschreibung|Warenbezeichnung|Ware|Waren|Produkt|Produktname|Leistungsbeschreibung|Tätigkeit|Text|Gegenstand|Arbeiten|Bezeichnung der Leistung|Positionstext|Speise|Material|Posten|Titel|Was|Inhalt"),
        "fr": entries("Désignation|Libellé|Prestation|Produit|Article vendu"), "nl": entries("Omschrijving|Artikel/dienst|Werkzaamheden|Dienst"),
        "es": entries("Descripción|Concepto|Producto|Artículo|Servicio"), "it": entries("Descrizione|Prodotto|Articolo|Prestazione|Servizio"), "sv": entries("Beskrivning|Benämning|Vara|Tjänst|Produkt"),
    },
    "quantity": {
        "en": entries("Qnty|Quant.|Amount of units|Number of units|No. of items|Pieces|Qty ordered|Qty delivered|Qty shipped|Delivered|Volume|Unit qty|Nights|Number of|Times|How many|Billed qty"),
        "de": entries("Anz.|Anz|Mge|Mg.|Stückzahl|Std.|Stunden|Einheiten|Menge/Std|Liefermenge|gelieferte Menge|Zahl|Nächte"),
        "fr": entries("Quantité|Qté|Qté.|Nombre|Heures"), "nl": entries("Aantal|Aant.|Stuks|Uren|Hoeveelheid"), "es": entries("Cantidad|Cant.|Uds.|Unidades|Horas"), "it": entries("Quantità|Q.tà|Qtà|Pezzi|Ore"), "sv": entries("Antal|Ant.|Mängd|Timmar|Styck"),
    },
    "unit": {
        "en": entries("Unit cost|Unit rate|Price each|Price per unit|Price/unit|Per piece|Hourly rate|List price|Single|Single price|Item price|Cost each|@|Net price|Unit amount|Rate/h|U. price"),
        "de": entries("Einzel|Einzelbetrag|EP|Einzelpr.|Stückpreis|Preis/Stk|Preis je Einheit|Preis pro Stück|Stundensatz|à|Satz|Listenpreis|Kosten/Einheit"),
        "fr": entries("Prix unitaire|P.U.|PU HT|Prix|Tarif"), "nl": entries("Prijs|Stukprijs|Prijs per stuk|Tarief|Eenheidsprijs"), "es": entries("Precio|Precio unitario|P. unit.|Tarifa|Precio/ud."), "it": entries("Prezzo|Prezzo unitario|P. unit.|Tariffa|Prezzo cad."), "sv": entries("À-pris|Pris|Pris/st|Styckpris|Enhetspris"),
    },
    "amount": {
        "en": entries("Line amount|Line sum|Line value|Line price|Amt|Amt.|Ext. price|Extended|Extended price|Total price|Total cost|Item total|Row total|Charge|Price total|Charged|In total|Amount (net)|Fee|Billed"),
        "de": entries("Gesamtpreis|Gesamtpr.|GP|Ges.-Preis|Positionswert|Positionsbetrag|Zeilensumme|Gesamt netto|Endpreis|Wert|Preis gesamt|Kosten|Betrag netto|zusammen"),
        "fr": entries("Montant|Total HT|Montant HT|Prix total|Total ligne"), "nl": entries("Bedrag|Totaal|Regeltotaal|Totaalprijs|Netto bedrag"), "es": entries("Importe|Total línea|Importe neto|Precio total"), "it": entries("Importo|Totale riga|Totale|Prezzo totale|Valore"), "sv": entries("Belopp|Summa|Radsumma|Totalpris|Pris totalt"),
    },
    "other-number": {
        "en": entries("Customer number|Customer account no.|Customer ref.|Client ID|Client ref|Account number|Account ID|Account code|Acct|Member ID|Membership no.|Order ref.|Order ID|Order #|Sales order|Sales order no.|SO number|PO|PO #|PO ref|Purchase order|Purchase order no.|Your PO|Your reference|Contract|Contract number|Contract ref|Agreement no.|Project no.|Project code|Job no.|Job number|Ticket|Ticket no.|Case no.|File no.|Work order|Delivery note no.|Delivery no.|Dispatch no.|Shipment|Shipment ID|Tracking no.|Tracking ID|Waybill|Quotation no.|Quote ref|Offer no.|Estimate no.|Tax ID|VAT registration no.|VAT Reg|VAT number|EIN|ABN|Company registration|Company reg. no.|Payment reference|Payment ref.|Transfer reference|Batch|Lot no.|Terminal ID|Register|Booking no.|Booking ref|Reservation|Room|Meter no.|Policy no.|License no.|Vehicle reg.|Department|Cost center|Approval code|Auth code|Mandate ref.|Previous invoice|Replaces invoice|Related invoice|Credit for invoice"),
        "de": entries("Kundennr.|Kunden-Nummer|Kundenkonto|Kd.-Nr.|Kdnr.|Debitorennummer|Mitgliedsnummer|Auftragsnummer|Auftrags-Nr.|Auftragsnr.|Auftrag|Bestell-Nr.|Bestellung|Bestellung Nr.|Ihre Bestellnummer|Ihr Zeichen|Vertragsnummer|Vertrag Nr.|Vertragskonto|Projektnummer|Projekt Nr.|Lieferschein-Nr.|Lieferscheinnummer|Liefernr.|Angebot Nr.|Angebotsnummer|Sendungsnummer|Steuer-Nr.|St.-Nr.|USt-ID|UID|UID-Nummer|MWST-Nr.|Handelsregister|Registernummer|Kostenstelle|Zählernummer|Buchungsnummer|Reservierung|Zimmer|Kennzeichen|Mandatsreferenz|Gläubiger-ID|Verwendungszweck|Referenz|Aktenzeichen|Vorgang|Ticketnummer|Filiale Nr.|Kasse|Terminal|Trace-Nr.|Vorherige Rechnung|Storno zu Rechnung"),
        "fr": entries("N° client|Client n°|N° de commande|Commande n°|N° TVA|SIRET|Réf. client"), "nl": entries("Klantnummer|Ordernummer|Bestelnummer|KvK|Btw-nummer|Uw kenmerk"),
        "es": entries("N.º de cliente|N.º de pedido|NIF|CIF|Pedido|Su referencia"), "it": entries("Codice cliente|Ordine n.|Partita IVA|P. IVA|Codice fiscale|Rif. ordine"), "sv": entries("Kundnr|Kundnummer|Ordernr|Org.nr|Momsreg.nr|Er order"),
    },
    "other-date": {
        "en": entries("Date of order|Order placed|Order placed on|Order received|Ordered|Date ordered|Delivered on|Delivered|Shipping date|Ship date|Dispatched on|Date shipped|Dispatch date|Supply date|Date of supply|Service date|Date of service|Performed on|Work completed|Period start|Period end|Billing period from|Valid until|Offer valid until|Quote date|Print date|Printed on|Statement period to|Check-in|Check-out|Arrival|Departure|Next invoice|Next billing date|Renews on|Contract date|Contract end|Last reading|Previous payment|Payment received|Paid on|Early payment until|Discount until|Warranty until|Return by|Contract signed"),
        "de": entries("Bestellt am|Bestellung vom|Auftrag vom|Auftragsdatum|Datum der Bestellung|Geliefert am|Lieferung am|Lieferung vom|Lieferschein vom|Versanddatum|Versandt am|Versand am|Leistungszeitraum ab|Leistungszeitraum bis|Leistung vom|Leistung am|Leistungstag|Zeitraum von|Abrechnung bis|Druckdatum|Gedruckt am|Angebot vom|Gültig bis|Angebot gültig bis|Vertrag vom|Vertragsbeginn|Vertragsende|Anreise|Abreise|Nächste Rechnung|Nächste Abbuchung|Bezahlt am|Letzte Zahlung|Skonto bis|Garantie bis|Kunde seit|Geburtsdatum|Ablesung am"),
        "fr": entries("Date de commande|Date de livraison|Livré le|Commandé le|Période du"), "nl": entries("Besteldatum|Leverdatum|Geleverd op|Orderdatum|Verzenddatum"),
        "es": entries("Fecha de pedido|Fecha de entrega|Entregado el|Periodo desde|Pedido del"), "it": entries("Data ordine|Data consegna|Consegnato il|Ordine del|Periodo dal"), "sv": entries("Orderdatum|Leveransdatum|Levererad|Leveransdag|Period från"),
    },
    "other-amount": {
        "en": entries("Balance brought forward|Previous invoice total|Previous amount due|Already paid|Paid so far|Down payment received|Deposit|Advance payment|Cash tendered|Cash given|Change|Change given|Credit available|Credit note|Bonus points|Points balance|You saved|You save|Discount possible|If paid early|With early payment|Late fee if unpaid|Monthly budget|Rounding|Tip suggested|Last bill|Insured value|Limit|Estimated next bill|Reminder fee if late"),
        "de": entries("Gegeben|Rückgeld|Wechselgeld|Bereits bezahlt|Bereits gezahlt|Anzahlung|Anzahlung erhalten|Guthaben|Gutschrift|Vormonat|Letzte Rechnung|Vorheriger Saldo|Sie sparen|Sie haben gespart|Ersparnis|Betrag mit Skonto|Bei Skonto|Kreditlimit|Rundung|Punktestand|Mahngebühr bei Verzug|Pfandwert|Kaution|Voraussichtlich nächster Abschlag"),
        "fr": entries("Déjà payé|Acompte|Solde précédent|Remise possible|Escompte"), "nl": entries("Al betaald|Vorig saldo|Aanbetaling|Wisselgeld|Korting mogelijk"), "es": entries("Ya pagado|Saldo anterior|Anticipo|Cambio|Entregado en efectivo"), "it": entries("Già pagato|Saldo precedente|Acconto|Resto|Sconto possibile"), "sv": entries("Redan betalt|Tidigare saldo|Växel|Öresavrundning|Förskott"),
    },
    "extra-charge": {  # behind the items, part of the total, no line item
        "en": entries("Shipping and handling|Postage|Delivery charge|Freight|Handling fee|Packing|Service charge|Surcharge|Small order fee|Carriage|Rush fee|Fuel surcharge"),
        "de": entries("Versand|Versandkosten|Porto|Lieferkosten|Fracht und Verpackung|Frachtkosten|Bearbeitungsgebühr|Verpackungskosten|Mindermengenzuschlag|Servicepauschale|Zuschlag"),
        "fr": entries("Frais de port|Livraison|Frais d'envoi|Coût du transport"), "nl": entries("Verzendkosten|Bezorgkosten|Porto en verpakking|Administratiekosten"), "es": entries("Gastos de envío|Portes|Envío|Transporte y embalaje"), "it": entries("Spese di spedizione|Spedizione|Trasporto e imballo|Spese d'incasso"), "sv": entries("Frakt|Fraktkostnad|Porto och emballage|Fakturaavgift"),
    },
}
LANGUAGES = ("en",) * 11 + ("de",) * 6 + ("fr", "nl", "es", "it", "sv")
